// SPDX-License-Identifier: GPL-3.0-or-later
// What became of a step's candidates: "50 → 5", a bar of what was kept and what each rule dropped,
// and the largest rules by name. Owned by its parent; GUI thread.
#pragma once

#include "views/inspector/figure_card.h"

#include <model/items/explanation.h>

namespace xray::views {

class CountsCard final : public FigureCard
{
    Q_OBJECT

public:
    explicit CountsCard(QWidget *parent = nullptr);

    /// Shows nothing of use unless the explanation has a count in or out.
    void setExplanation(const items::Explanation &explanation);

protected:
    void paintChart(QPainter &painter, const QRectF &area, const Theme &theme) override;

private:
    qint64 m_kept = 0;
    std::vector<qint64>
        m_dropped; ///< by each rule, largest first; what no rule explains comes last
};

} // namespace xray::views
