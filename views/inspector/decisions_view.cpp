// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/decisions_view.h"

#include "views/inspector/text_row_delegate.h"
#include "views/look/row_table.h"
#include "views/look/theme.h"

#include <model/core/text.h>

#include <QAction>
#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QToolButton>

namespace xray::views {

namespace {

using items::DecisionTableModel;

constexpr int kAll = 0; // button ids: 0 for all, else 1 + DecisionAction
constexpr int kMargin = 2 * kGrid;
constexpr int kWidestColumn = 150;
constexpr int kWidestItem = 160;
constexpr int kLeastReasonWidth = 170;
constexpr int kLeastItemWidth = 120;

int idOf(DecisionAction action)
{
    return 1 + static_cast<int>(action);
}

QColor actionColor(const Theme &theme, DecisionAction action)
{
    switch (action) {
    case DecisionAction::Kept:
        return theme.ok;
    case DecisionAction::Dropped:
        return theme.error;
    case DecisionAction::Selected:
        return theme.accent;
    }
    return theme.text;
}

/// Colours the action's word; the rest stays text.
class DecisionDelegate final : public TextRowDelegate
{
public:
    using TextRowDelegate::TextRowDelegate;

protected:
    [[nodiscard]] QColor textColor(const Theme &theme, const QModelIndex &index) const override
    {
        if (index.column() != DecisionTableModel::Action)
            return theme.text;
        return actionColor(theme,
                           index.data(DecisionTableModel::ActionRole).value<DecisionAction>());
    }
};

} // namespace

DecisionsView::DecisionsView(QWidget *parent)
    : QWidget(parent)
    , m_model(new DecisionTableModel(this))
    , m_table(new QTableView)
    , m_bar(new QWidget)
    , m_actions(new QButtonGroup(this))
    , m_unreadable(new QLabel)
{
    buildBar();
    buildTable();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_table, 1);
}

void DecisionsView::buildBar()
{
    auto *layout = new QHBoxLayout(m_bar);
    layout->setContentsMargins(kMargin, kGrid, kMargin, kGrid);
    layout->setSpacing(kGrid);
    for (const int id : {kAll, idOf(DecisionAction::Dropped), idOf(DecisionAction::Kept),
                         idOf(DecisionAction::Selected)}) {
        auto *button = new QToolButton;
        button->setCheckable(true);
        button->setAutoRaise(true);
        m_actions->addButton(button, id);
        layout->addWidget(button);
    }
    m_actions->button(kAll)->setChecked(true);
    layout->addStretch();
    layout->addWidget(m_unreadable);
    m_unreadable->setFont(smallFont());
    m_unreadable->setForegroundRole(QPalette::PlaceholderText);
    connect(m_actions, &QButtonGroup::idClicked, this, &DecisionsView::chooseAction);
}

void DecisionsView::buildTable()
{
    m_table->setModel(m_model);
    m_table->setItemDelegate(new DecisionDelegate(m_table));
    setUpRowTable(*m_table, QStringLiteral("Decisions"), TextRowDelegate::kRowHeight);
    // The reason next to the action: the panel is narrow, and figures can be scrolled to.
    m_table->horizontalHeader()->moveSection(DecisionTableModel::Reason, DecisionTableModel::Score);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_table->horizontalHeader()->setSortIndicatorClearable(true);
    m_table->setSortingEnabled(true);
    auto *copy = new QAction(QStringLiteral("Copy"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &DecisionsView::copyCell);
    m_table->addAction(copy);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void DecisionsView::setExplanation(std::shared_ptr<const items::Explanation> explanation)
{
    const items::Decisions &decisions = explanation->decisions;
    setVisible(explanation->hasDecisions());
    offer(kAll, QStringLiteral("All"), static_cast<qint64>(decisions.items.size()));
    offer(idOf(DecisionAction::Dropped), QStringLiteral("Dropped"), decisions.dropped);
    offer(idOf(DecisionAction::Kept), QStringLiteral("Kept"), decisions.kept);
    offer(idOf(DecisionAction::Selected), QStringLiteral("Selected"), decisions.selected);
    if (!m_actions->checkedButton()->isVisibleTo(m_bar))
        m_actions->button(kAll)->click();
    m_unreadable->setVisible(decisions.unreadable > 0);
    m_unreadable->setText(QStringLiteral("%1 unreadable").arg(formatCount(decisions.unreadable)));
    m_unreadable->setToolTip(QStringLiteral(
        "Entries without an item or a known action. They are in the tree below as they came."));
    m_model->setExplanation(std::move(explanation));
    fitColumns();
}

/// Labels a button with its count; one that would show nothing is not offered.
void DecisionsView::offer(int id, const QString &word, qint64 count)
{
    QAbstractButton *button = m_actions->button(id);
    button->setText(QStringLiteral("%1 %2").arg(word, formatCount(count)));
    button->setAccessibleName(QStringLiteral("Show %1 decisions").arg(button->text().toLower()));
    button->setVisible(id == kAll || count > 0);
}

void DecisionsView::chooseAction(int id)
{
    m_model->setAction(id == kAll ? std::nullopt
                                  : std::optional(static_cast<DecisionAction>(id - 1)));
}

int DecisionsView::wantedWidth(int column) const
{
    const QAbstractItemView *table = m_table; // a QTableView keeps its hints to itself
    const int wanted = std::max(table->sizeHintForColumn(column),
                                m_table->horizontalHeader()->sectionSizeHint(column));
    return std::min(wanted, column == DecisionTableModel::Item ? kWidestItem : kWidestColumn);
}

/// Columns as wide as their contents; those without contents are hidden. What is left of the panel
/// is the reason's, or the item's when nobody gave a reason: item, action and reason are read
/// together, so that the figures are what is scrolled to.
void DecisionsView::fitColumns()
{
    const int elastic = m_model->isEmptyColumn(DecisionTableModel::Reason)
                            ? DecisionTableModel::Item
                            : DecisionTableModel::Reason;
    int left = m_table->viewport()->width();
    for (int column = 0; column < DecisionTableModel::ColumnCount; ++column) {
        m_table->setColumnHidden(column, m_model->isEmptyColumn(column));
        if (column == elastic || m_table->isColumnHidden(column))
            continue;
        m_table->setColumnWidth(column, wantedWidth(column));
        const bool isFigure = elastic == DecisionTableModel::Reason &&
                              column != DecisionTableModel::Item &&
                              column != DecisionTableModel::Action;
        left -= isFigure ? 0 : m_table->columnWidth(column);
    }
    const int least = elastic == DecisionTableModel::Reason ? kLeastReasonWidth : kLeastItemWidth;
    m_table->setColumnWidth(elastic, std::max(left, least));
}

void DecisionsView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void DecisionsView::copyCell() const
{
    const QModelIndex index = m_table->currentIndex();
    if (index.isValid())
        QGuiApplication::clipboard()->setText(index.data(DecisionTableModel::TextRole).toString());
}

} // namespace xray::views
