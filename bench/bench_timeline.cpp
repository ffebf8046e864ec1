// SPDX-License-Identifier: GPL-3.0-or-later
// Showing a run of 100,000 steps on the timeline, against a run of 100.
#include "bench/big_store.h"
#include "bench/event_loop.h"
#include "bench/groups.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"

#include <model/store/store.h>

#include <views/timeline/timeline_view.h>

#include <QPixmap>

namespace xray::bench {

namespace {

constexpr int kSteps = 100'000;
constexpr int kSmallSteps = 100;
constexpr int kPaints = 11;
constexpr QSize kViewSize{1200, 600};

Result<RunSnapshotPtr> snapshotOf(const Context &context, int steps)
{
    const auto path = storeOfOneRun(context, steps);
    if (!path)
        return path.error();
    const auto store = openStore(*path);
    if (!store)
        return store.error();
    const auto run = await((*store)->runsByRow({ExecutionRow{1}}, {}));
    if (!run)
        return run.error();
    const auto snapshot = await((*store)->openRun((*run)->front().id, {}));
    if (!snapshot)
        return snapshot.error();
    return *snapshot;
}

/// Until the view shows it: a large run is arranged in the background.
void show(views::TimelineView &view, const RunSnapshotPtr &snapshot)
{
    view.setSnapshot(snapshot);
    [[maybe_unused]] const bool shown =
        runUntil([&] { return view.scene().snapshot == snapshot && !view.scene().isEmpty(); });
}

/// To a new view, up to its first picture.
double showTime(const RunSnapshotPtr &snapshot)
{
    views::TimelineView view;
    view.resize(kViewSize);
    const Stopwatch watch;
    show(view, snapshot);
    const QPixmap picture = view.grab();
    return watch.milliseconds();
}

/// A changed range, as at each step of a zoom or a pan, and its picture.
double zoomTime(views::TimelineView &view)
{
    const Stopwatch watch;
    view.zoomAt(kViewSize.width() / 2.0, 0.9);
    const QPixmap picture = view.grab();
    return watch.milliseconds();
}

/// A view that shows the run already is given a newer snapshot of it, as ten times a second while
/// the run is live.
double refreshTime(const RunSnapshotPtr &before)
{
    views::TimelineView view;
    view.resize(kViewSize);
    show(view, before);
    const QPixmap first = view.grab();
    RunSnapshot after = *before;
    Step step = after.steps.at(after.steps.size() - 1);
    step.row.value += 1;
    step.id = StepId::newV7();
    step.index += 1;
    after.steps = after.steps.withChanges({step});
    const auto newer = std::make_shared<const RunSnapshot>(std::move(after));
    const Stopwatch watch;
    show(view, newer);
    const QPixmap picture = view.grab();
    return watch.milliseconds();
}

double medianZoomTime(const RunSnapshotPtr &snapshot)
{
    views::TimelineView view;
    view.resize(kViewSize);
    show(view, snapshot);
    std::vector<double> times;
    for (int i = 0; i < kPaints; ++i)
        times.push_back(zoomTime(view));
    return median(std::move(times));
}

} // namespace

Result<> measureTimeline(const Context &context)
{
    const int steps = context.scaled(kSteps);
    const auto large = snapshotOf(context, steps);
    const auto small = snapshotOf(context, kSmallSteps);
    if (!large || !small)
        return large ? small.error() : large.error();
    const QByteArray yardstick("a run of 100 steps");
    const QByteArray of = QByteArray::number(steps) + " steps, 1200 x 600 pixels";
    const auto shown = compare(
        kRepetitions, [&]() -> Result<double> { return showTime(*large); },
        [&]() -> Result<double> { return showTime(*small); });
    if (!shown)
        return shown.error();
    context.report.add({"timeline.show", shown->value, "ms", Yardstick{yardstick, shown->limit},
                        "setSnapshot to first picture of " + of});
    const auto refreshed = compare(
        kRepetitions, [&]() -> Result<double> { return refreshTime(*large); },
        [&]() -> Result<double> { return refreshTime(*small); });
    if (!refreshed)
        return refreshed.error();
    context.report.add({"timeline.refresh", refreshed->value, "ms",
                        Yardstick{yardstick, refreshed->limit},
                        "the next snapshot, with one step more, and its picture, " + of});
    const auto zoomed = compare(
        kRepetitions, [&]() -> Result<double> { return medianZoomTime(*large); },
        [&]() -> Result<double> { return medianZoomTime(*small); });
    if (!zoomed)
        return zoomed.error();
    context.report.add({"timeline.zoom", zoomed->value, "ms", Yardstick{yardstick, zoomed->limit},
                        "one step of a zoom with its picture, " + of});
    return Success{};
}

} // namespace xray::bench
