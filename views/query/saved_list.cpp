// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/saved_list.h"

#include <model/core/text.h>
#include <views/look/marks.h>

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kNameRole = Qt::UserRole + 1; ///< as it is saved, while it is being renamed
constexpr int kTextRole = Qt::UserRole + 2;
constexpr int kCountRole = Qt::UserRole + 3;
constexpr int kSide = 12;
constexpr int kRowsAtLeast = 2;
constexpr int kRowsWanted = 6;

} // namespace

class SavedList::Delegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = themeFor(option.palette);
        painter->save();
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
            painter->fillRect(option.rect, option.state & QStyle::State_Selected ? theme.selection
                                                                                 : theme.raised);
        QRect area = option.rect.adjusted(kSide, 0, -kSide, 0);
        const QString count = index.data(kCountRole).toString();
        if (!count.isEmpty()) {
            const int width = chipWidth(count, smallFont());
            paintChip(
                *painter,
                {area.right() - width, area.center().y() - kChipHeight / 2, width, kChipHeight},
                count, smallFont(), theme);
            area.setRight(area.right() - width - 2 * kGrid);
        }
        painter->setFont(uiFont());
        painter->setPen(theme.text);
        painter->drawText(area, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            area.width()));
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, kTableRowHeight};
    }
};

SavedList::SavedList(QWidget *parent)
    : QWidget(parent)
    , m_hint(new QLabel(QStringLiteral("Save a query with ★ and everyone who opens this store has "
                                       "it here."),
                        this))
    , m_list(new QListWidget(this))
    , m_copyAll(new QToolButton(this))
{
    m_hint->setWordWrap(true);
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_hint->setContentsMargins(kSide, 8, kSide, 8);
    m_list->setItemDelegate(new Delegate(m_list));
    m_list->setAccessibleName(QStringLiteral("Saved queries"));
    m_list->setMouseTracking(true);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->installEventFilter(this);
    auto *line = new QFrame(this);
    line->setProperty("role", QStringLiteral("line"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(line);
    layout->addWidget(makeHeader());
    layout->addWidget(m_hint, 0, Qt::AlignTop);
    layout->addWidget(m_list, 1);
    layout->addStretch(0);
    const auto choose = [this](const QListWidgetItem *item) {
        Q_EMIT chosen(item->data(kTextRole).toString());
    };
    connect(m_list, &QListWidget::itemClicked, this, choose);
    connect(m_list, &QListWidget::itemActivated, this, choose);
    connect(m_list, &QListWidget::itemChanged, this, &SavedList::takeRename);
    connect(m_list, &QWidget::customContextMenuRequested, this, &SavedList::openMenu);
    setSaved({});
}

QWidget *SavedList::makeHeader()
{
    auto *header = new QWidget(this);
    header->setProperty("role", QStringLiteral("panelHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(kPanelHeaderHeight);
    auto *title = new QLabel(QStringLiteral("Saved"), header);
    title->setProperty("role", QStringLiteral("heading"));
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(kSide, 0, kSide, 0);
    row->addWidget(title);
    row->addStretch(1);
    row->addWidget(m_copyAll);
    m_copyAll->setText(QStringLiteral("Copy all"));
    m_copyAll->setToolTip(QStringLiteral("Copy names and queries as text"));
    m_copyAll->setFocusPolicy(Qt::StrongFocus);
    connect(m_copyAll, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(asText()); });
    return header;
}

int SavedList::heightFor(int rows) const
{
    return kPanelHeaderHeight + 1 + rows * kTableRowHeight;
}

QSize SavedList::sizeHint() const
{
    return {QWidget::sizeHint().width(),
            heightFor(std::clamp(m_list->count(), kRowsAtLeast, kRowsWanted))};
}

QSize SavedList::minimumSizeHint() const
{
    return {0, heightFor(kRowsAtLeast)};
}

QString SavedList::countText(const QString &name) const
{
    const auto found = m_list->findItems(name, Qt::MatchExactly);
    return found.isEmpty() ? QString() : found.front()->data(kCountRole).toString();
}

QString SavedList::asText() const
{
    QStringList lines;
    for (int row = 0; row < m_list->count(); ++row) {
        const QListWidgetItem *item = m_list->item(row);
        lines += QStringLiteral("# %1\n%2\n")
                     .arg(item->data(kNameRole).toString(), item->data(kTextRole).toString());
    }
    return lines.join(u'\n');
}

void SavedList::setSaved(const std::vector<query::SavedQuery> &saved)
{
    const QSignalBlocker quiet(m_list);
    QHash<QString, QVariant> counts; // until they are counted again
    for (int row = 0; row < m_list->count(); ++row)
        counts[m_list->item(row)->data(kTextRole).toString()] = m_list->item(row)->data(kCountRole);
    m_list->clear();
    for (const query::SavedQuery &query : saved) {
        auto *item = new QListWidgetItem(query.name, m_list);
        item->setData(kCountRole, counts.value(query.text));
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        item->setData(kNameRole, query.name);
        item->setData(kTextRole, query.text);
        item->setToolTip(query.text);
    }
    m_hint->setVisible(saved.empty());
    m_list->setVisible(!saved.empty());
    m_copyAll->setVisible(!saved.empty());
    updateGeometry();
}

void SavedList::setCount(const QString &name, const query::CountAnswer &count)
{
    const QSignalBlocker quiet(m_list);
    for (QListWidgetItem *item : m_list->findItems(name, Qt::MatchExactly))
        item->setData(kCountRole,
                      formatCount(count.count) + (count.capped ? QStringLiteral("+") : QString()));
    m_list->viewport()->update();
}

void SavedList::takeRename(QListWidgetItem *item)
{
    const QString before = item->data(kNameRole).toString();
    const QString now = item->text().trimmed();
    if (now == before)
        return;
    if (now.isEmpty())
        item->setText(before);
    else
        Q_EMIT renameRequested(before, now);
}

void SavedList::removeCurrent()
{
    if (const QListWidgetItem *item = m_list->currentItem())
        Q_EMIT removeRequested(item->data(kNameRole).toString());
}

void SavedList::openMenu(const QPoint &position)
{
    QListWidgetItem *item = m_list->itemAt(position);
    if (!item)
        return;
    m_list->setCurrentItem(item);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(QStringLiteral("Show matches"), this,
                    [this, text = item->data(kTextRole).toString()] { Q_EMIT chosen(text); });
    menu->addAction(
        QStringLiteral("Copy as text"), this,
        [text = item->data(kTextRole).toString()] { QApplication::clipboard()->setText(text); });
    menu->addAction(QStringLiteral("Rename\tF2"), this,
                    [this] { m_list->editItem(m_list->currentItem()); });
    menu->addAction(QStringLiteral("Delete\tDel"), this, &SavedList::removeCurrent);
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

bool SavedList::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Delete) {
        removeCurrent();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace xray::views
