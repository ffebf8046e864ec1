// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/diagnostics_view.h"

#include "views/diagnostics/fact_grid.h"
#include "views/diagnostics/refusal_table_model.h"
#include "views/look/empty_state.h"
#include "views/look/icons.h"
#include "views/look/notice_line.h"
#include "views/look/theme.h"

#include <model/core/text.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kWidestColumn = 300;
constexpr int kLeastWhyWidth = 240;

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

QString detailOf(const RefusedKind &refused)
{
    const QString place =
        refused.where.isEmpty() ? QString() : QStringLiteral(" at %1").arg(refused.where);
    return QStringLiteral("%1 from %2: %3 %4%5\n%6")
        .arg(refused.request, refused.from, refused.status, refused.code, place, refused.why);
}

} // namespace

DiagnosticsView::DiagnosticsView(QWidget *parent)
    : QWidget(parent)
    , m_problems(new QVBoxLayout)
    , m_facts(new FactGrid)
    , m_refusedTitle(new QLabel)
    , m_pages(new QStackedWidget)
    , m_table(new QTableView)
    , m_model(new RefusalTableModel(this))
    , m_none(new EmptyState)
    , m_detail(new QLabel)
{
    setAccessibleName(QStringLiteral("Diagnostics"));
    setUpTable();
    arrange();
    setFocusProxy(m_table);
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

void DiagnosticsView::setUpTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(QStringLiteral("What was refused"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(kTableRowHeight);
    m_table->horizontalHeader()->setFont(smallFont());
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &DiagnosticsView::showDetail);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &DiagnosticsView::showDetail);
}

void DiagnosticsView::arrange()
{
    m_none->showMessage(QLatin1String("check"), QStringLiteral("Nothing was refused"),
                        QStringLiteral("Requests that X-Ray cannot take appear here, with the "
                                       "field at fault and why."));
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_none);
    QWidget *refusedHeader = makePanelHeader(this);
    m_refusedTitle->setProperty("role", QStringLiteral("heading"));
    refusedHeader->layout()->addWidget(m_refusedTitle);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setWordWrap(true);
    m_detail->setContentsMargins(4 * kGrid, 2 * kGrid, 4 * kGrid, 2 * kGrid);
    m_detail->hide();
    m_problems->setSpacing(0);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addLayout(m_problems);
    column->addWidget(m_facts);
    column->addWidget(refusedHeader);
    column->addWidget(m_pages, 1);
    column->addWidget(m_detail);
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
    const bool first = m_model->rowCount() == 0;
    m_model->setRefusals(m_snapshot.refusals);
    m_pages->setCurrentWidget(m_snapshot.refusals.empty() ? static_cast<QWidget *>(m_none)
                                                          : m_table);
    const auto kinds = static_cast<qint64>(m_snapshot.refusals.size());
    m_refusedTitle->setText(kinds == 0 ? QStringLiteral("Refused")
                                       : QStringLiteral("Refused · %1 kinds").arg(kinds));
    if (first && kinds > 0)
        fitColumns();
    showDetail();
}

void DiagnosticsView::showDetail()
{
    const QModelIndex current = m_table->currentIndex();
    m_detail->setVisible(current.isValid());
    if (current.isValid())
        m_detail->setText(detailOf(m_model->refusalAt(current.row())));
}

/// What the values need, but never so much that nothing is left for why.
void DiagnosticsView::fitColumns()
{
    for (int column = 0; column < RefusalTableModel::Why; ++column) {
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column), kWidestColumn));
    }
    const int others = m_table->columnViewportPosition(RefusalTableModel::Why) +
                       m_table->horizontalHeader()->offset();
    const int missing = others + kLeastWhyWidth - m_table->viewport()->width();
    const int where = m_table->columnWidth(RefusalTableModel::Where);
    if (missing > 0)
        m_table->setColumnWidth(RefusalTableModel::Where, std::max(where - missing, where / 3));
}

void DiagnosticsView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
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
