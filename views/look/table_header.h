// SPDX-License-Identifier: GPL-3.0-or-later
// The head of a table with metrics: titles on two lines where that keeps a column narrow, since
// metrics have long names and short values. Owned by its table; GUI thread.
#pragma once

#include <QHeaderView>

namespace xray::views {

/// The title on one line, or broken into two behind the '_', '.' or space nearest to its middle.
[[nodiscard]] QStringList titleLines(const QString &title);

class TableHeader final : public QHeaderView
{
    Q_OBJECT

public:
    explicit TableHeader(QWidget *parent);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    [[nodiscard]] QSize sectionSizeFromContents(int section) const override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    [[nodiscard]] QStringList linesOf(int section) const;
};

} // namespace xray::views
