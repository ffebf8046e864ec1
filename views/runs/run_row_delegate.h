// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a run in two lines: state, pipeline and duration; what it was about and when. Holds no
// state of its own but what the view tells it. Owned by the run list view; GUI thread.
#pragma once

#include <views/look/theme.h>

#include <QStyledItemDelegate>

namespace xray::views {

class RunRowDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// The moment that "2 min ago" is reckoned from.
    void setNow(TimeNs now) { m_now = now; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

    /// Where the second line's text stands in a row; the tag editor takes its place.
    [[nodiscard]] static QRect secondLine(const QRect &row);

private:
    void paintRun(QPainter &painter, const QStyleOptionViewItem &option, const Execution &run,
                  const QString &session) const;

    TimeNs m_now = nowNs();
};

} // namespace xray::views
