// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/results_panel.h"

#include <model/core/text.h>
#include <views/look/chip.h>
#include <views/look/empty_state.h>
#include <views/look/icons.h>

#include <QHBoxLayout>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace xray::views {

namespace {

using State = items::QueryResultModel::State;

constexpr int kTickMs = 100;
constexpr int kProgressSteps = 1000;
constexpr int kTrendsTab = 1;
constexpr int kArrowSize = 12;
constexpr int kHeaderMargin = 6;
constexpr int kHeaderSpacing = 8;
constexpr int kChipLineHeight = 34;

QToolButton *makeMenuButton(const QString &text, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setLayoutDirection(Qt::RightToLeft); // the arrow after the word
    button->setIcon(icon(QLatin1String("chevron-down")));
    button->setIconSize({kArrowSize, kArrowSize});
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMenu(new QMenu(button));
    return button;
}

QString problemText(const query::QueryError &error)
{
    return error.example.isEmpty()
               ? error.message
               : QStringLiteral("%1\nFor example: %2").arg(error.message, error.example);
}

QString remedyText(const query::QueryError &error)
{
    return error.suggestion.isEmpty() ? QString()
                                      : QStringLiteral("Did you mean “%1”?").arg(error.suggestion);
}

/// Of those that are shown, side by side.
int widthOf(std::initializer_list<QWidget *> widgets)
{
    int width = 0;
    for (const QWidget *widget : widgets)
        width += widget->isHidden() ? 0 : widget->sizeHint().width() + kHeaderSpacing;
    return width;
}

QString askingText(qint64 milliseconds)
{
    return QStringLiteral("asking · %1 s")
        .arg(static_cast<double>(milliseconds) / 1'000, 0, 'f', 1);
}

} // namespace

ResultsPanel::ResultsPanel(items::QueryResultModel *model, QWidget *trends, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_tabs(new QTabBar(this))
    , m_chips(new QWidget(this))
    , m_chipLine(new QWidget(this))
    , m_shown(new Chip(Chip::Kind::Fact, {}, this))
    , m_elapsed(new Chip(Chip::Kind::Fact, {}, this))
    , m_plan(new Chip(Chip::Kind::Fact, {}, this))
    , m_sorted(new QToolButton(this))
    , m_new(new QToolButton(this))
    , m_gone(new QToolButton(this))
    , m_group(new QToolButton(this))
    , m_columns(makeMenuButton(QStringLiteral("Columns"), this))
    , m_export(makeMenuButton(QStringLiteral("Export"), this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(QStringLiteral("Cancel"), this))
    , m_pages(new QStackedWidget(this))
    , m_trendsPage(trends)
    , m_table(new ResultTable(model, this))
    , m_message(new EmptyState(this))
{
    for (QWidget *page : std::initializer_list<QWidget *>{m_table, m_message, m_trendsPage})
        m_pages->addWidget(page);
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(3);
    QSizePolicy policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // the table must not jump
    m_progress->setSizePolicy(policy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(makeChipLine());
    layout->addWidget(m_progress);
    layout->addWidget(m_pages, 1);
    fillExportMenu();
    connectParts();
    connectModel();
    refresh();
}

void ResultsPanel::connectParts()
{
    connect(m_columns->menu(), &QMenu::aboutToShow, this,
            [this] { m_table->fillColumnMenu(m_columns->menu()); });
    connect(m_table, &ResultTable::openRequested, this, &ResultsPanel::openRequested);
    connect(m_table, &ResultTable::conditionPicked, this, &ResultsPanel::conditionPicked);
    connect(m_group, &QToolButton::clicked, this, &ResultsPanel::groupByRunToggled);
    connect(m_cancel, &QPushButton::clicked, this, &ResultsPanel::cancelRequested);
    connect(m_new, &QToolButton::clicked, m_table, &QTableView::scrollToTop);
    connect(m_gone, &QToolButton::clicked, m_model, &items::QueryResultModel::dropGone);
    connect(m_sorted, &QToolButton::clicked, m_model, &items::QueryResultModel::loadAll);
    connect(m_message, &EmptyState::actionTriggered, this, &ResultsPanel::act);
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        refresh();
        if (showsTrends())
            Q_EMIT trendsShown();
    });
}

void ResultsPanel::connectModel()
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    m_ticks.setInterval(kTickMs);
    connect(&m_patience, &QTimer::timeout, &m_ticks, qOverload<>(&QTimer::start));
    connect(&m_patience, &QTimer::timeout, this, &ResultsPanel::refreshProgress);
    connect(&m_ticks, &QTimer::timeout, this, &ResultsPanel::refreshProgress);
    connect(m_model, &items::QueryResultModel::stateChanged, this, [this] {
        m_problem.reset();
        m_isCounting = m_isCounting || m_model->state() == State::Asking;
        if (m_model->state() == State::Asking)
            m_asked.start();
        refresh();
    });
    connect(m_model, &items::QueryResultModel::figuresChanged, this, &ResultsPanel::refresh);
    connect(m_model, &QAbstractItemModel::modelReset, this,
            [this] { m_balanceWhenCounted = m_model->balance(); });
}

QWidget *ResultsPanel::makeHeader()
{
    auto *header = new QWidget(this);
    header->setProperty("role", QStringLiteral("panelHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(kPanelHeaderHeight);
    m_tabs->addTab(QStringLiteral("Steps"));
    m_tabs->addTab(QStringLiteral("Trends"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(QStringLiteral("Matches or trends"));
    m_new->setProperty("look", QStringLiteral("chip"));
    m_new->setToolTip(QStringLiteral("Matches that came in since you asked"));
    m_gone->setProperty("look", QStringLiteral("chip"));
    m_gone->setFocusPolicy(Qt::StrongFocus);
    m_gone->setToolTip(QStringLiteral("They matched when you asked, and changed since. They are "
                                      "not counted. Click to take them away."));
    m_sorted->setProperty("look", QStringLiteral("chip"));
    m_sorted->setFocusPolicy(Qt::StrongFocus);
    m_sorted->setToolTip(QStringLiteral("Sorting looks at the rows that are loaded"));
    m_group->setText(QStringLiteral("Group by run"));
    m_group->setToolTip(QStringLiteral("Show the runs that have such steps"));
    m_group->setCheckable(true);
    m_group->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(kHeaderMargin, 0, kHeaderMargin, 0);
    layout->setSpacing(kHeaderSpacing);
    layout->addWidget(m_tabs);
    layout->addWidget(m_chips);
    layout->addStretch();
    for (QWidget *button : std::initializer_list<QWidget *>{m_cancel, m_group, m_columns, m_export})
        layout->addWidget(button);
    m_headerRow = layout;
    return header;
}

/// What is told of the answer, and a line of its own for it where the header is too short.
QWidget *ResultsPanel::makeChipLine()
{
    auto *chips = new QHBoxLayout(m_chips);
    chips->setContentsMargins(0, 0, 0, 0);
    chips->setSpacing(kHeaderSpacing);
    for (QWidget *chip :
         std::initializer_list<QWidget *>{m_shown, m_new, m_gone, m_elapsed, m_plan, m_sorted})
        chips->addWidget(chip);
    m_shown->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); // is always read whole
    for (QToolButton *button : {m_new, m_gone, m_sorted})
        button->setMinimumWidth(1); // the window must not grow with them
    m_chips->setMinimumWidth(1);    // nor be kept wide: what is too long goes to the line
    m_chipLine->setFixedHeight(kChipLineHeight);
    m_chipLine->hide();
    auto *layout = new QHBoxLayout(m_chipLine);
    layout->setContentsMargins(2 * kHeaderMargin, 0, kHeaderMargin, 0);
    layout->addStretch();
    m_chipRow = layout;
    return m_chipLine;
}

void ResultsPanel::placeChips()
{
    const std::initializer_list<QWidget *> chips{m_shown,   m_new,  m_gone,
                                                 m_elapsed, m_plan, m_sorted};
    const int others = widthOf({m_tabs, m_cancel, m_group, m_columns, m_export});
    const bool needsLine = others + widthOf(chips) + 2 * kHeaderMargin > width();
    if (needsLine != (m_chips->parentWidget() == m_chipLine)) {
        if (needsLine)
            m_chipRow->insertWidget(0, m_chips);
        else
            m_headerRow->insertWidget(1, m_chips);
        m_chipLine->setVisible(needsLine);
    }
    for (Chip *chip : {m_elapsed, m_plan}) { // the tooltip of how many has what they say
        if (widthOf(chips) + 3 * kHeaderMargin > width())
            chip->hide();
    }
}

void ResultsPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    refreshChips();
}

void ResultsPanel::fillExportMenu()
{
    const auto add = [this](const QString &text, ExportFormat format) {
        m_export->menu()->addAction(text, this, [this, format] { Q_EMIT exportRequested(format); });
    };
    add(QStringLiteral("CSV…"), ExportFormat::Csv);
    add(QStringLiteral("JSON…"), ExportFormat::Json);
    add(QStringLiteral("NDJSON…"), ExportFormat::Ndjson);
    m_export->menu()->addSeparator();
    m_export->menu()->addAction(QStringLiteral("Whole runs…"), this,
                                &ResultsPanel::runExportRequested);
}

void ResultsPanel::setCount(const std::optional<query::CountAnswer> &count)
{
    m_count = count;
    m_isCounting = !count;
    m_balanceWhenCounted = m_model->balance();
    refresh();
}

void ResultsPanel::giveUpCount()
{
    m_isCounting = false;
    refresh();
}

void ResultsPanel::setReadsTrends(Trends trends)
{
    m_readsTrends = trends;
    refresh();
}

void ResultsPanel::showProblem(const query::QueryError &error)
{
    m_problem = error;
    refresh();
}

qint64 ResultsPanel::exactCount() const
{
    if (!m_model->hasMore())
        return m_model->matchCount();
    return m_count && !m_count->capped ? m_count->count : 0;
}

void ResultsPanel::showTrends()
{
    m_tabs->setCurrentIndex(kTrendsTab);
}

bool ResultsPanel::showsTrends() const
{
    return m_tabs->currentIndex() == kTrendsTab;
}

// ---- states --------------------------------------------------------------------------------

void ResultsPanel::refresh()
{
    const bool ofSteps = m_model->query().subject == query::Subject::Steps;
    m_tabs->setTabText(0, ofSteps ? QStringLiteral("Steps") : QStringLiteral("Runs"));
    if (isBusy()) {
        if (!m_patience.isActive() && !m_ticks.isActive())
            m_patience.start();
    } else {
        m_patience.stop();
        m_ticks.stop();
    }
    refreshPage();
    refreshChips();
    refreshProgress();
}

/// The model counts what is loaded; when all of it is, nobody waits for the count.
bool ResultsPanel::isBusy() const
{
    const bool counts = m_isCounting && m_model->state() == State::Ready && m_model->hasMore();
    return m_model->state() == State::Asking || m_model->isFetching() || counts ||
           (readsTrends() && showsTrends());
}

void ResultsPanel::refreshPage()
{
    const bool isEmpty = m_model->state() == State::Ready && m_model->rowCount() == 0;
    const bool isMessage = m_problem || m_model->state() == State::Failed ||
                           m_model->state() == State::Cancelled || (isEmpty && !showsTrends());
    if (isMessage)
        showMessage();
    QWidget *content = showsTrends() ? m_trendsPage : static_cast<QWidget *>(m_table);
    m_pages->setCurrentWidget(isMessage ? m_message : content);
}

void ResultsPanel::showMessage()
{
    const QLatin1String warning("warning");
    if (m_problem)
        m_message->showMessage(warning, QStringLiteral("This is not a query yet"),
                               problemText(*m_problem), remedyText(*m_problem));
    else if (m_model->state() == State::Failed &&
             m_model->error().code == ErrorCode::InvalidValue) // a name that is gone, say
        m_message->showMessage(warning, QStringLiteral("This is not a query yet"),
                               m_model->error().message, QStringLiteral("Try again"));
    else if (m_model->state() == State::Failed)
        m_message->showMessage(warning, QStringLiteral("The query failed"),
                               m_model->error().message, QStringLiteral("Try again"));
    else if (m_model->state() == State::Cancelled)
        m_message->showMessage(QLatin1String("info"), QStringLiteral("Cancelled"),
                               QStringLiteral("The query was given up before its first matches."),
                               QStringLiteral("Ask again"));
    else
        m_message->showMessage(
            QLatin1String("empty"), QStringLiteral("No matches"),
            QStringLiteral("Nothing in this store fulfils every condition. Take one away, or move "
                           "a threshold: its histogram shows where the values are."),
            QStringLiteral("Clear the query"));
}

void ResultsPanel::act()
{
    if (m_problem)
        Q_EMIT suggestionTaken(query::QueryError(*m_problem));
    else if (m_model->state() == State::Ready)
        Q_EMIT clearRequested();
    else
        Q_EMIT retryRequested();
}

QString ResultsPanel::countText() const
{
    const qint64 loaded = m_model->matchCount();
    const bool ofSteps = m_model->query().subject == query::Subject::Steps;
    if (!m_model->hasMore()) {
        const QString noun = ofSteps ? QStringLiteral("step") : QStringLiteral("run");
        return loaded == 1 ? QStringLiteral("1 ") + noun
                           : QStringLiteral("%1 %2s").arg(formatCount(loaded), noun);
    }
    if (!m_count)
        return m_isCounting ? QStringLiteral("showing %1, counting…").arg(formatCount(loaded))
                            : QStringLiteral("showing %1 of more").arg(formatCount(loaded));
    // Until a watch has counted again, what it has seen come and go is reckoned with.
    const qint64 since = m_model->balance() - m_balanceWhenCounted;
    const qint64 all = std::max(m_count->count + since, loaded + 1);
    return QStringLiteral("showing %1 of %2%3")
        .arg(formatCount(loaded), formatCount(all),
             m_count->capped ? QStringLiteral("+") : QString());
}

void ResultsPanel::refreshChips()
{
    const bool answered = m_model->state() == State::Ready && !m_problem;
    m_shown->setText(asksForLong() ? askingText(m_asked.elapsed()) : countText());
    m_shown->setVisible(answered || asksForLong());
    m_elapsed->setText(formatDuration(m_model->elapsed()));
    m_elapsed->setToolTip(m_model->plan().text);
    m_shown->setToolTip(QStringLiteral("%1 · %2").arg(m_elapsed->text(), m_model->plan().text));
    m_elapsed->setVisible(answered);
    m_plan->setText(QStringLiteral("scanned every step"));
    m_plan->setVisible(answered && m_model->plan().isScan);
    m_sorted->setEnabled(m_model->rowCount() < items::QueryResultModel::kMaxLoaded);
    m_sorted->setText(sortedText());
    m_sorted->setVisible(answered && m_model->isSorted() && m_model->hasMore() && !showsTrends());
    m_new->setText(QStringLiteral("+%1 new").arg(formatCount(m_model->newCount())));
    m_new->setVisible(answered && m_model->newCount() > 0);
    m_gone->setText(
        m_model->goneCount() == 1
            ? QStringLiteral("1 no longer matches")
            : QStringLiteral("%1 no longer match").arg(formatCount(m_model->goneCount())));
    m_gone->setVisible(answered && m_model->goneCount() > 0);
    for (Chip *chip : {m_shown, m_elapsed})
        chip->updateGeometry();
    placeChips();
    m_columns->setEnabled(answered && !showsTrends());
    m_export->setEnabled(answered && m_model->rowCount() > 0);
}

/// What is shown is still the answer to the question before.
bool ResultsPanel::asksForLong() const
{
    return m_model->state() == State::Asking && m_ticks.isActive();
}

QString ResultsPanel::sortedText() const
{
    const QString loaded = formatCount(m_model->rowCount());
    return m_sorted->isEnabled() ? QStringLiteral("sorted: the %1 loaded · load all").arg(loaded)
                                 : QStringLiteral("sorted: the %1 loaded").arg(loaded);
}

void ResultsPanel::refreshProgress()
{
    const bool isLong = m_ticks.isActive();
    const bool asks = m_model->state() == State::Asking || m_model->isFetching();
    const double done = asks ? m_model->progress() : -1;
    m_progress->setRange(0, done < 0 ? 0 : kProgressSteps);
    m_progress->setValue(static_cast<int>(done * kProgressSteps));
    m_progress->setVisible(isLong);
    m_cancel->setVisible(isLong);
    if (asksForLong()) {
        m_shown->setText(askingText(m_asked.elapsed()));
        m_shown->show();
    }
    placeChips();
}

} // namespace xray::views
