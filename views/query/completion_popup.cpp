// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/completion_popup.h"

#include <views/look/theme.h>

#include <QAbstractListModel>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kRowHeight = 24;
constexpr int kMostRows = 12;
constexpr int kWidth = 460;
constexpr int kPadding = 10;
constexpr int kDetailRole = Qt::UserRole + 1;
constexpr int kKindRole = Qt::UserRole + 2;

using query::Completion;

QColor colorOf(Completion::Kind kind, const Theme &theme)
{
    switch (kind) {
    case Completion::Kind::Field:
    case Completion::Kind::Metric:
    case Completion::Kind::Path:
        return theme.accent;
    case Completion::Kind::Operator:
    case Completion::Kind::Keyword:
        return theme.muted;
    case Completion::Kind::Word:
        return theme.ok;
    case Completion::Kind::Snippet:
        return theme.text;
    }
    return theme.text;
}

} // namespace

class CompletionPopup::Model final : public QAbstractListModel
{
public:
    using QAbstractListModel::QAbstractListModel;

    void reset(std::vector<Completion> completions)
    {
        beginResetModel();
        m_completions = std::move(completions);
        endResetModel();
    }
    [[nodiscard]] const Completion &at(int row) const
    {
        return m_completions[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_completions.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Completion &completion = at(index.row());
        switch (role) {
        case Qt::DisplayRole:
            return completion.text;
        case kDetailRole:
            return completion.detail;
        case kKindRole:
            return static_cast<int>(completion.kind);
        default:
            return {};
        }
    }

private:
    std::vector<Completion> m_completions;
};

class CompletionPopup::Delegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = themeFor(option.palette);
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme.selection);
        const QRect inner = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        const int nameWidth = paintName(*painter, inner, index, theme);
        painter->setFont(smallFont());
        painter->setPen(theme.muted);
        const QRect rest = inner.adjusted(nameWidth + 2 * kPadding, 0, 0, 0);
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(kDetailRole).toString(),
                                                            Qt::ElideRight, rest.width()));
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {kWidth, kRowHeight};
    }

private:
    static int paintName(QPainter &painter, const QRect &inner, const QModelIndex &index,
                         const Theme &theme)
    {
        painter.setFont(codeFont());
        painter.setPen(
            colorOf(static_cast<Completion::Kind>(index.data(kKindRole).toInt()), theme));
        const QString text = painter.fontMetrics().elidedText(
            index.data().toString(), Qt::ElideMiddle, inner.width() * 2 / 3);
        painter.drawText(inner, Qt::AlignVCenter, text);
        return painter.fontMetrics().horizontalAdvance(text);
    }
};

CompletionPopup::CompletionPopup(QWidget *window)
    : QFrame(window)
    , m_model(new Model(this))
    , m_list(new QListView(this))
    , m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("popup"));
    setAttribute(Qt::WA_StyledBackground);
    setFocusPolicy(Qt::NoFocus);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new Delegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(QStringLiteral("What could be written next"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setContentsMargins(kPadding, 4, kPadding, 4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 4, 1, 4);
    layout->setSpacing(0);
    layout->addWidget(m_list);
    layout->addWidget(m_problem);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        Q_EMIT chosen(Completion(m_model->at(index.row())));
    });
    hide();
}

CompletionPopup::~CompletionPopup() = default;

void CompletionPopup::offer(const std::vector<Completion> &completions, const QString &problem,
                            const QWidget *anchor, int x)
{
    m_model->reset(completions);
    m_list->setCurrentIndex({});
    m_list->scrollToTop();
    m_list->setVisible(!completions.empty());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    setVisible(!completions.empty() || !problem.isEmpty());
    if (isVisible())
        place(anchor, x);
}

void CompletionPopup::place(const QWidget *anchor, int x)
{
    const int width = std::min(kWidth, parentWidget()->width());
    const int rows = std::min(count(), kMostRows);
    m_list->setFixedHeight(rows * kRowHeight);
    const int problemHeight = m_problem->isHidden() ? 0 : m_problem->heightForWidth(width - 2);
    resize(width, (rows > 0 ? rows * kRowHeight : 0) + problemHeight + 10);
    const QPoint corner = anchor->mapTo(parentWidget(), QPoint(x, anchor->height() + kGrid));
    move(std::clamp(corner.x(), 0, std::max(0, parentWidget()->width() - width)), corner.y());
    raise();
}

int CompletionPopup::count() const
{
    return m_model->rowCount();
}

void CompletionPopup::moveCurrent(int distance)
{
    if (count() == 0)
        return;
    const int before = m_list->currentIndex().isValid() ? m_list->currentIndex().row()
                                                        : (distance > 0 ? -1 : count());
    const int row = std::clamp(before + distance, 0, count() - 1);
    m_list->setCurrentIndex(m_model->index(row));
}

std::optional<Completion> CompletionPopup::current() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? std::optional(m_model->at(index.row())) : std::nullopt;
}

std::optional<Completion> CompletionPopup::first() const
{
    return count() > 0 ? std::optional(m_model->at(0)) : std::nullopt;
}

} // namespace xray::views
