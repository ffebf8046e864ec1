// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_list_panel.h"

#include "views/runs/run_filter_bar.h"

#include <views/look/chip.h>
#include <views/look/empty_state.h>
#include <views/look/icons.h>
#include <views/look/marks.h>
#include <views/look/notice_line.h>

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace xray::views {

namespace {

using Model = items::RunListModel;

struct SortChoice
{
    const char *name; ///< on the button
    const char *text; ///< in the menu
    RunSort sort;
};

constexpr int kArrowSize = 12;
constexpr int kHeaderRoom = 12 + 6 + 3 * 8; ///< margins and gaps of the header
constexpr int kPatienceMs = 300;            // reading that takes longer is told of

constexpr std::array kSorts{
    SortChoice{"newest", "Newest first", {RunSortKey::Started, SortOrder::Descending}},
    SortChoice{"oldest", "Oldest first", {RunSortKey::Started, SortOrder::Ascending}},
    SortChoice{"slowest", "Slowest first", {RunSortKey::Duration, SortOrder::Descending}},
    SortChoice{"fastest", "Fastest first", {RunSortKey::Duration, SortOrder::Ascending}},
    SortChoice{"most steps", "Most steps first", {RunSortKey::Steps, SortOrder::Descending}},
    SortChoice{"most errors", "Most errors first", {RunSortKey::Errors, SortOrder::Descending}},
    SortChoice{"pipeline", "By pipeline", {RunSortKey::Pipeline, SortOrder::Ascending}},
    SortChoice{"environment", "By environment", {RunSortKey::Environment, SortOrder::Ascending}},
    SortChoice{"status", "By status", {RunSortKey::Status, SortOrder::Ascending}},
    SortChoice{"session", "By session name, Z to A", {RunSortKey::Session, SortOrder::Descending}},
};

} // namespace

RunListPanel::RunListPanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(QStringLiteral("Runs"), this))
    , m_count(new Chip(Chip::Kind::Fact, {}, this))
    , m_sortButton(new QToolButton(this))
    , m_filterBar(new RunFilterBar(this))
    , m_problem(new NoticeLine(this))
    , m_pages(new QStackedWidget(this))
    , m_view(new RunListView(this))
    , m_empty(new EmptyState(this))
{
    m_pages->addWidget(m_view);
    m_pages->addWidget(m_empty);
    auto *line = new QFrame(this);
    line->setProperty("role", QStringLiteral("line"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(m_filterBar);
    layout->addWidget(line);
    layout->addWidget(m_problem);
    layout->addWidget(m_pages, 1);
    setAccessibleName(QStringLiteral("Runs"));
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &RunListPanel::showCount);
    fillSortMenu();
    setSort({});
    connectView();
    connect(m_filterBar, &RunFilterBar::filterChanged, this, [this](const RunFilter &filter) {
        m_view->startAtTop();
        Q_EMIT filterChanged(filter);
    });
    connect(m_filterBar, &RunFilterBar::leftDownwards, this, &RunListPanel::focusList);
    connect(m_empty, &EmptyState::actionTriggered, this, &RunListPanel::takeAction);
    connect(m_problem, &NoticeLine::actionTriggered, this, [this] { m_model->retry(); });
}

QWidget *RunListPanel::makeHeader()
{
    auto *header = new QWidget(this);
    header->setProperty("role", QStringLiteral("panelHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(kPanelHeaderHeight);
    m_title->setParent(header);
    m_title->setProperty("role", QStringLiteral("heading"));
    m_sortButton->setPopupMode(QToolButton::InstantPopup);
    m_sortButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_sortButton->setLayoutDirection(Qt::RightToLeft); // the arrow after the word
    m_sortButton->setIcon(icon(QLatin1String("chevron-down")));
    m_sortButton->setIconSize({kArrowSize, kArrowSize});
    m_sortButton->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(12, 0, 6, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_count);
    layout->addStretch();
    layout->addWidget(m_sortButton);
    return header;
}

void RunListPanel::connectView()
{
    connect(m_view, &RunListView::runSelected, this, &RunListPanel::runSelected);
    connect(m_view, &RunListView::runActivated, this, &RunListPanel::runActivated);
    connect(m_view, &RunListView::deleteRequested, this, &RunListPanel::deleteRequested);
    connect(m_view, &RunListView::deleteRefused, this, &RunListPanel::deleteRefused);
    connect(m_view, &RunListView::tagsEdited, this, &RunListPanel::tagsEdited);
    connect(m_view, &RunListView::pipelineFilterRequested, this, [this](const QString &name) {
        RunFilter filter = m_filterBar->filter();
        filter.pipelines = {name};
        m_filterBar->applyFilter(filter);
    });
    connect(m_view, &RunListView::environmentFilterRequested, this, [this](const QString &name) {
        RunFilter filter = m_filterBar->filter();
        filter.environments = {name};
        m_filterBar->applyFilter(filter);
    });
    connect(m_view, &RunListView::sessionFilterRequested, this, [this](const QString &name) {
        RunFilter filter = m_filterBar->filter();
        filter.session = name;
        m_filterBar->applyFilter(filter);
    });
}

void RunListPanel::setRunModel(Model *model)
{
    m_model = model;
    m_view->setRunModel(model);
    connect(model, &Model::stateChanged, this, &RunListPanel::showState);
    connect(model, &Model::countsChanged, this, &RunListPanel::showCount);
    connect(model, &Model::problemChanged, this, &RunListPanel::showProblem);
    connect(model, &Model::rowsInserted, this, &RunListPanel::showState);
    connect(model, &Model::rowsRemoved, this, &RunListPanel::showState);
    connect(model, &Model::modelReset, this, &RunListPanel::showState);
    showCount();
    showState();
    showProblem();
}

void RunListPanel::setFacets(const RunFacets &facets)
{
    m_filterBar->setFacets(facets);
    QStringList tags;
    for (const RunFacets::Entry &entry : facets.tags)
        tags += entry.name;
    m_view->setKnownTags(tags);
}

void RunListPanel::setFilter(const RunFilter &filter)
{
    m_filterBar->setFilter(filter);
}

void RunListPanel::setFollow(Follow follow)
{
    m_view->setFollow(follow);
}

bool RunListPanel::selectRun(ExecutionId id)
{
    return m_view->selectRun(id);
}

bool RunListPanel::selectRun(ExecutionRow run)
{
    return m_view->selectRun(run);
}

void RunListPanel::focusSearch()
{
    m_filterBar->focusSearch();
}

void RunListPanel::focusList()
{
    m_view->setFocus(Qt::TabFocusReason);
}

void RunListPanel::openFilter()
{
    m_filterBar->openPopup();
}

// ---- order -----------------------------------------------------------------------------------

void RunListPanel::fillSortMenu()
{
    auto *menu = new QMenu(m_sortButton);
    auto *group = new QActionGroup(menu);
    for (const SortChoice &choice : kSorts) {
        QAction *action = menu->addAction(QLatin1String(choice.text), this,
                                          [this, sort = choice.sort] { chooseSort(sort); });
        action->setCheckable(true);
        group->addAction(action);
    }
    m_sortButton->setMenu(menu);
}

void RunListPanel::chooseSort(const RunSort &sort)
{
    if (sort != m_sort)
        m_view->startAtTop();
    setSort(sort);
    Q_EMIT sortChanged(sort);
}

void RunListPanel::setSort(const RunSort &sort)
{
    m_sort = sort;
    const auto choice = std::ranges::find(kSorts, sort, &SortChoice::sort);
    const bool known = choice != kSorts.end();
    const QString name = QLatin1String(known ? choice->name : "custom");
    m_sortButton->setText(name);
    m_sortButton->setAccessibleName(QStringLiteral("Order of runs: %1").arg(name));
    m_sortButton->setToolTip(QStringLiteral("Order of runs"));
    if (known)
        m_sortButton->menu()->actions().at(choice - kSorts.begin())->setChecked(true);
}

// ---- states ----------------------------------------------------------------------------------

void RunListPanel::showCount()
{
    const bool counted = m_model->state() == Model::State::Ready || m_model->rowCount() > 0;
    // The rows of the list before are still there, and may be used.
    const bool slow = m_model->state() == Model::State::Loading && !m_patience.isActive();
    const QString text =
        slow || m_model->isPartial() ? QStringLiteral("reading runs…") : m_model->countText();
    m_count->setVisible(counted);
    m_count->setText(fittingCount(text));
    m_count->setAccessibleName(text);
    m_count->updateGeometry();
}

/// Large numbers leave no room for the word before them.
QString RunListPanel::fittingCount(const QString &text) const
{
    const QString word = QStringLiteral("showing ");
    const int taken = m_title->sizeHint().width() + m_sortButton->sizeHint().width() + kHeaderRoom;
    const bool fits = chipWidth(text, m_count->font()) <= width() - taken;
    return fits || !text.startsWith(word) ? text : text.mid(word.size());
}

void RunListPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_model)
        showCount();
}

void RunListPanel::showProblem()
{
    const auto &problem = m_model->problem();
    if (problem)
        m_problem->showNotice(
            QStringLiteral("The list may not be current: %1").arg(problem->message),
            QStringLiteral("Try again"));
    else
        m_problem->hide();
}

void RunListPanel::showState()
{
    if (m_model->state() != m_shownState && m_model->state() == Model::State::Loading)
        m_patience.start(kPatienceMs);
    m_shownState = m_model->state();
    if (m_model->rowCount() > 0 && m_model->state() != Model::State::Failed)
        m_pages->setCurrentWidget(m_view);
    else
        showEmpty();
    showCount();
}

void RunListPanel::showEmpty()
{
    switch (m_model->state()) {
    case Model::State::Loading:
        m_empty->showLoading(QStringLiteral("Reading runs"));
        break;
    case Model::State::Failed:
        m_empty->showMessage(QLatin1String("warning"), QStringLiteral("The runs could not be read"),
                             m_model->error().message, QStringLiteral("Try again"));
        break;
    case Model::State::Idle:
        m_empty->showMessage(QLatin1String("server"), QStringLiteral("No store is open"), {});
        break;
    case Model::State::Ready:
        if (m_model->query().filter.isEmpty())
            m_empty->showMessage(QLatin1String("empty"), QStringLiteral("No runs yet"),
                                 QStringLiteral("They appear here as pipelines send them."));
        else
            m_empty->showMessage(
                QLatin1String("search"), QStringLiteral("No run matches"),
                QStringLiteral("No run in this store meets every condition above."),
                QStringLiteral("Clear filters"));
        break;
    }
    m_pages->setCurrentWidget(m_empty);
}

void RunListPanel::takeAction()
{
    if (m_model->state() == Model::State::Failed)
        m_model->retry();
    else
        m_filterBar->applyFilter({});
}

} // namespace xray::views
