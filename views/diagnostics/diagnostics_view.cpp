// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/diagnostics_view.h"

#include "views/diagnostics/fact_grid.h"
#include "views/diagnostics/refusal_table.h"
#include "views/diagnostics/refusal_table_model.h"
#include "views/look/empty_state.h"
#include "views/look/icons.h"
#include "views/look/notice_line.h"
#include "views/look/theme.h"

#include <model/core/text.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace xray::views {

namespace {

QWidget *makePanelHeader(QWidget *parent)
{
    auto *header = new QWidget(parent);
    header->setProperty("role", QStringLiteral("panelHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(kPanelHeaderHeight);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(4 * kGrid, 0, 2 * kGrid, 0);
    row->setSpacing(2 * kGrid);
    return header;
}

QPushButton *makeFlatButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setProperty("look", QStringLiteral("flat"));
    return button;
}

/// "Refused · 1,059 in 25 kinds, latest first"
QString titleOf(const std::vector<RefusedKind> &refusals)
{
    if (refusals.empty())
        return QStringLiteral("Refused");
    qint64 all = 0;
    for (const RefusedKind &refused : refusals)
        all += refused.count;
    return refusals.size() == 1
               ? QStringLiteral("Refused · %1 of one kind").arg(formatCount(all))
               : QStringLiteral("Refused · %1 of %2 kinds, latest first")
                     .arg(formatCount(all), formatCount(static_cast<qint64>(refusals.size())));
}

QString detailOf(const RefusedKind &refused)
{
    QStringList facts{QStringLiteral("%1 %2").arg(refused.status, refused.code),
                      QStringLiteral("from %1").arg(refused.from)};
    if (!refused.where.isEmpty())
        facts += QStringLiteral("at %1").arg(refused.where);
    const QString latest = formatLocal(refused.at, nowNs());
    facts += refused.count == 1
                 ? latest
                 : QStringLiteral("%1 times, latest %2").arg(formatCount(refused.count), latest);
    return refused.why + QLatin1Char('\n') + facts.join(QStringLiteral("  ·  "));
}

} // namespace

DiagnosticsView::DiagnosticsView(QWidget *parent)
    : QWidget(parent)
    , m_problems(new QVBoxLayout)
    , m_facts(new FactGrid)
    , m_refusedTitle(new QLabel)
    , m_pages(new QStackedWidget)
    , m_model(new RefusalTableModel(this))
    , m_table(new RefusalTable(m_model))
    , m_none(new EmptyState)
    , m_detail(new QWidget)
    , m_detailTitle(new QLabel)
    , m_detailText(new QLabel)
{
    setAccessibleName(QStringLiteral("Diagnostics"));
    arrange();
    setFocusProxy(m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DiagnosticsView::showDetail);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &DiagnosticsView::showDetail);
    showRefusals();
}

QWidget *DiagnosticsView::makeHeader()
{
    QWidget *header = makePanelHeader(this);
    auto *title = new QLabel(QStringLiteral("Diagnostics"));
    title->setProperty("role", QStringLiteral("heading"));
    auto *copy = makeFlatButton(QStringLiteral("Copy as text"));
    auto *close = makeFlatButton(QStringLiteral("Close"));
    close->setToolTip(QStringLiteral("Back to the runs (Esc)"));
    connect(copy, &QPushButton::clicked, this, &DiagnosticsView::copyAsText);
    connect(close, &QPushButton::clicked, this, &DiagnosticsView::closeRequested);
    auto *row = static_cast<QHBoxLayout *>(header->layout());
    row->addWidget(title);
    row->addStretch();
    row->addWidget(copy);
    row->addWidget(close);
    return header;
}

QWidget *DiagnosticsView::makeRefusedHeader()
{
    QWidget *header = makePanelHeader(this);
    m_refusedTitle->setProperty("role", QStringLiteral("heading"));
    header->layout()->addWidget(m_refusedTitle);
    return header;
}

QWidget *DiagnosticsView::makeDetail()
{
    QWidget *header = makePanelHeader(m_detail);
    m_detailTitle->setProperty("role", QStringLiteral("heading"));
    m_detailTitle->setTextFormat(Qt::PlainText);
    header->layout()->addWidget(m_detailTitle);
    m_detailText->setTextFormat(Qt::PlainText);
    m_detailText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detailText->setWordWrap(true);
    m_detailText->setContentsMargins(4 * kGrid, 2 * kGrid, 4 * kGrid, 3 * kGrid);
    auto *line = new QFrame;
    line->setProperty("role", QStringLiteral("line"));
    auto *column = new QVBoxLayout(m_detail);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(line);
    column->addWidget(header);
    column->addWidget(m_detailText);
    return m_detail;
}

void DiagnosticsView::arrange()
{
    m_none->showMessage(QLatin1String("check"), QStringLiteral("Nothing was refused"),
                        QStringLiteral("Requests that X-Ray cannot take appear here, with the "
                                       "field at fault and why."));
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_none);
    // The texts of the first column, which are padded, stand below those of the page above.
    m_pages->setContentsMargins(4 * kGrid - RefusalTable::kPadding, 0, 0, 0);
    m_problems->setSpacing(0);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addLayout(m_problems);
    column->addWidget(m_facts);
    column->addWidget(makeRefusedHeader());
    column->addWidget(m_pages, 1);
    column->addWidget(makeDetail());
}

void DiagnosticsView::setSnapshot(const DiagnosticsSnapshot &snapshot)
{
    m_snapshot = snapshot;
    m_facts->setGroups(snapshot.groups);
    showProblems();
    showRefusals();
}

void DiagnosticsView::showProblems()
{
    while (m_notices.size() < m_snapshot.problems.size()) {
        m_notices.push_back(new NoticeLine(this));
        m_problems->addWidget(m_notices.back());
    }
    for (std::size_t i = 0; i < m_notices.size(); ++i) {
        if (i < m_snapshot.problems.size())
            m_notices[i]->showNotice(m_snapshot.problems[i]);
        else
            m_notices[i]->hide();
    }
}

void DiagnosticsView::showRefusals()
{
    m_model->setRefusals(m_snapshot.refusals);
    m_pages->setCurrentWidget(m_snapshot.refusals.empty() ? static_cast<QWidget *>(m_none)
                                                          : m_table);
    m_refusedTitle->setText(titleOf(m_snapshot.refusals));
    showDetail();
}

void DiagnosticsView::showDetail()
{
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    m_detail->setVisible(!selected.isEmpty());
    if (selected.isEmpty())
        return;
    const RefusedKind &refused = m_model->refusalAt(selected.front().row());
    m_detailTitle->setText(refused.request);
    m_detailText->setText(detailOf(refused));
}

void DiagnosticsView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        return Q_EMIT closeRequested();
    if (event->matches(QKeySequence::Copy))
        return copyAsText();
    QWidget::keyPressEvent(event);
}

void DiagnosticsView::copyAsText() const
{
    QGuiApplication::clipboard()->setText(asText(m_snapshot));
}

} // namespace xray::views
