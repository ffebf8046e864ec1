// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/geometry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace xray::timeline {

namespace {

/// Adds a bar to those of its row from `first` on, or makes the last of them reach over it when it
/// is closer than a pixel.
void appendJoined(std::vector<Bar> &bars, std::size_t first, const Bar &bar)
{
    if (bars.size() == first || bar.x >= bars.back().x + bars.back().width + 1) {
        bars.push_back(bar);
        return;
    }
    Bar &last = bars.back();
    last.width = std::max(last.width, bar.x + bar.width - last.x);
    last.end = bar.end;
}

void appendBusy(std::vector<Bar> &bars, const StepGroup &group, qsizetype row,
                const Coordinates &coordinates, TimeNs now)
{
    const std::size_t first = bars.size();
    for (const TimeRange &busy : group.busy) {
        if (auto bar = barOf(busy, coordinates, now)) {
            bar->row = row;
            bar->part = BarPart::Busy;
            appendJoined(bars, first, *bar);
        }
    }
}

/// One lane while it is filled: each column is filled once, by whoever comes first. `m_nextFree`
/// leads from a column to the next free one and is shortened as it is walked, so that filling all
/// columns with any number of rows stays linear.
class Lane
{
public:
    explicit Lane(int width)
        : m_owner(width, -1)
        , m_nextFree(width + 1)
    {
        std::iota(m_nextFree.begin(), m_nextFree.end(), 0);
    }

    void fill(int first, int last, qsizetype row)
    {
        for (int x = nextFree(first); x < last; x = nextFree(x + 1)) {
            m_owner[x] = row;
            m_nextFree[x] = x + 1;
        }
    }

    const std::vector<qsizetype> &owners() const { return m_owner; }

private:
    int nextFree(int x)
    {
        while (m_nextFree[x] != x) {
            m_nextFree[x] = m_nextFree[m_nextFree[x]];
            x = m_nextFree[x];
        }
        return x;
    }

    std::vector<qsizetype> m_owner; ///< the row a column shows, -1 for none
    std::vector<int> m_nextFree;
};

void appendRects(std::vector<OverviewRect> &rects, const std::vector<qsizetype> &owners, int lane,
                 const StepTree &tree, const TimelineLayout &layout)
{
    const OverviewRect *last = nullptr;
    for (int x = 0; x < static_cast<int>(owners.size()); ++x) {
        if (owners[x] < 0)
            continue;
        const TimelineRow &row = layout.rows[owners[x]];
        const OverviewRect rect{lane, x, 1, tree.nodes[row.position].type, statusOf(tree, row)};
        const bool continues = last && last->x + last->width == x && last->type == rect.type &&
                               last->status == rect.status;
        if (continues)
            ++rects.back().width;
        else
            rects.push_back(rect);
        last = &rects.back();
    }
}

/// The columns an interval covers, at least one, cut to the strip; empty when out of sight.
std::pair<int, int> columnsOf(const TimeRange &span, const Coordinates &coordinates, TimeNs now)
{
    const int width = static_cast<int>(coordinates.width);
    const double left = toPixel(coordinates, span.start);
    const double right = toPixel(coordinates, endAt(span.end, now));
    if (right < 0 || left >= width)
        return {0, 0};
    const int first = static_cast<int>(std::max(0.0, std::floor(left)));
    const int last = static_cast<int>(std::min<double>(width, std::ceil(right)));
    return {first, std::max(last, first + 1)};
}

} // namespace

std::optional<Bar> barOf(const TimeRange &span, const Coordinates &coordinates, TimeNs now)
{
    const double left = toPixel(coordinates, span.start);
    const double end = toPixel(coordinates, std::max(endAt(span.end, now), span.start));
    const double right = std::max(end, left + kMinimumBarWidth);
    if (right < 0 || left > coordinates.width)
        return std::nullopt;
    Bar bar;
    bar.end = span.end == kOpenEnd ? BarEnd::Open : BarEnd::Closed;
    bar.x = std::max(left, -kOverdraw);
    bar.width = std::min(right, coordinates.width + kOverdraw) - bar.x;
    return bar;
}

std::vector<Bar> barsOf(const StepTree &tree, const TimelineLayout &layout, RowRange rows,
                        const Coordinates &coordinates, TimeNs now)
{
    std::vector<Bar> bars;
    for (qsizetype i = rows.first; i < rows.last; ++i) {
        const TimelineRow &row = layout.rows[i];
        std::optional<Bar> whole = barOf(spanOf(tree, row), coordinates, now);
        if (!whole)
            continue;
        whole->row = i;
        bars.push_back(*whole);
        if (row.kind == RowKind::Group)
            appendBusy(bars, tree.groups[row.group], i, coordinates, now);
    }
    return bars;
}

std::vector<Bar> pathBarsOf(const CriticalPath &path, const StepTree &tree,
                            const TimelineLayout &layout, RowRange rows,
                            const Coordinates &coordinates, TimeNs now)
{
    std::vector<Bar> line, parts;
    for (const PathSegment &segment : path.segments) {
        auto bar = barOf(segment.range, coordinates, now);
        if (!bar)
            continue;
        bar->row = -1;
        appendJoined(line, 0, *bar);
        bar->row = rowShowing(layout, tree, segment.position);
        if (bar->row >= rows.first && bar->row < rows.last)
            parts.push_back(*bar);
    }
    line.insert(line.end(), parts.begin(), parts.end());
    return line;
}

std::vector<OverviewRect> overviewOf(const StepTree &tree, const TimelineLayout &layout, int lanes,
                                     const Coordinates &coordinates, TimeNs now)
{
    const auto rowCount = static_cast<qsizetype>(layout.rows.size());
    const qsizetype used = std::min<qsizetype>(lanes, rowCount);
    if (used <= 0 || coordinates.width < 1)
        return {};
    std::vector<Lane> filled(used, Lane(static_cast<int>(coordinates.width)));
    const auto fill = [&](qsizetype i) {
        const auto [first, last] = columnsOf(spanOf(tree, layout.rows[i]), coordinates, now);
        filled[i * used / rowCount].fill(first, last, i);
    };
    const auto failed = [&](qsizetype i) {
        return statusOf(tree, layout.rows[i]) == StepStatus::Failed;
    };
    for (qsizetype i = 0; i < rowCount; ++i)
        if (failed(i))
            fill(i);
    for (qsizetype i = 0; i < rowCount; ++i)
        fill(i);
    std::vector<OverviewRect> rects;
    for (qsizetype lane = 0; lane < used; ++lane)
        appendRects(rects, filled[lane].owners(), static_cast<int>(lane), tree, layout);
    return rects;
}

} // namespace xray::timeline
