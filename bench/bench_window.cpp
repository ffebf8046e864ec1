// SPDX-License-Identifier: GPL-3.0-or-later
// The main window in this process: from nothing to the first painted list, jumps in it, its memory,
// how soon a posted run is painted, and whether the event loop stays free meanwhile.
#include "bench/big_store.h"
#include "bench/event_loop.h"
#include "bench/groups.h"
#include "bench/http_host.h"
#include "bench/window_probe.h"

#include <QScrollBar>

#include <malloc.h>

#include <future>
#include <random>

namespace xray::bench {

namespace {

constexpr int kFewRuns = 10;
constexpr int kJumps = 41;
constexpr std::chrono::seconds kIdleTime{5};

// ---- start and memory ----------------------------------------------------------------------

Result<double> startTime(const QString &path)
{
    const Stopwatch watch;
    ProbedWindow window(path, app::Listening::Off);
    if (auto shown = window.waitForList(); !shown)
        return shown.error();
    return watch.milliseconds();
}

Result<> measureStart(const Context &context, const QString &large, const QString &small)
{
    if (auto warm = startTime(small); !warm) // fonts, icons and styles are loaded once
        return warm.error();
    const auto time = compare(
        kRepetitions, [&] { return startTime(large); }, [&] { return startTime(small); });
    if (!time)
        return time.error();
    context.report.add(
        {"window.start", time->value, "ms", Yardstick{"a store of 10 runs", time->limit},
         "aim 400 ms; from no window to the first painted list of " +
             QByteArray::number(bigStoreRuns(context)) + " runs, in process, file cache warm"});
    return Success{};
}

// ---- jumps ---------------------------------------------------------------------------------

/// Puts the list somewhere and waits until the topmost row is there and painted.
Result<double> jumpTime(ProbedWindow &window, int value)
{
    bool painted = false;
    const PaintWatch watch(window.view().viewport(), [&] {
        const QModelIndex top = window.view().indexAt(QPoint(4, 4));
        painted = top.isValid() && window.runs().at(top.row()) != nullptr;
    });
    const Stopwatch stopwatch;
    window.view().verticalScrollBar()->setValue(value);
    if (!runUntil([&] { return painted; }))
        return Error{ErrorCode::Internal, QStringLiteral("The list was not painted after a jump")};
    return stopwatch.milliseconds();
}

Result<> measureJumps(const Context &context, const QString &path)
{
    malloc_trim(0);
    const double before = residentMiB();
    ProbedWindow window(path, app::Listening::Off);
    if (auto shown = window.waitForList(); !shown)
        return shown;
    const double after = residentMiB();
    std::minstd_rand chance(1);
    const auto range = static_cast<unsigned>(window.view().verticalScrollBar()->maximum());
    std::vector<double> times;
    for (int i = 0; i < kJumps; ++i) {
        const auto time = jumpTime(window, static_cast<int>(chance() % range));
        if (!time)
            return time.error();
        times.push_back(*time);
    }
    const QByteArray note = QByteArray::number(kJumps) +
                            " jumps of the scroll bar to anywhere in " +
                            QByteArray::number(bigStoreRuns(context)) +
                            " runs, until the topmost row is there and painted";
    context.report.add({"window.jump.p50", median(times), "ms", {}, note});
    context.report.add({"window.jump.p95", percentile(times, 0.95), "ms", {}, note});
    context.report.add({"window.memory", after, "MiB", Yardstick{"without the window", before},
                        "resident memory of this process with that store open"});
    return Success{};
}

// ---- live ----------------------------------------------------------------------------------

struct Live
{
    std::vector<double> latencies;
    std::vector<double> loopGaps;
};

Result<Live> watchLoad(ProbedWindow &window, quint16 port, const Load &load)
{
    const int rowsBefore = window.runs().rowCount();
    std::vector<Clock::time_point> seen;
    const PaintWatch paints(window.view().viewport(), [&] {
        const int rows = window.runs().at(0) ? window.runs().rowCount() - rowsBefore : 0;
        seen.resize(std::max(seen.size(), static_cast<std::size_t>(std::max(rows, 0))),
                    Clock::now());
    });
    const LoopWatch loop;
    auto posting = std::async(std::launch::async, postOnSchedule, port, load);
    const auto isOver = [&] {
        return posting.wait_for(std::chrono::seconds(0)) == std::future_status::ready &&
               seen.size() >= static_cast<std::size_t>(load.posts);
    };
    const bool allSeen = runUntil(isOver, std::chrono::seconds(60));
    const auto posted = posting.get();
    if (!posted)
        return posted.error();
    if (!allSeen)
        return Error{ErrorCode::Internal, QStringLiteral("Not every posted run was painted")};
    return Live{latencies(posted->due, seen), loop.gaps()};
}

void reportLive(const Context &context, const QByteArray &name, const Live &live, const char *aim)
{
    const QByteArray note = QByteArray(aim) +
                            "; from when a run was due to be posted to the paint of a list that "
                            "has it; the list is painted at most ten times a second";
    context.report.add({name + ".p50", median(live.latencies), "ms", {}, note});
    context.report.add({name + ".p95", percentile(live.latencies, 0.95), "ms", {}, note});
}

Result<> measureLive(const Context &context)
{
    const auto path = storeForLoad(context, "live.db");
    if (!path)
        return path.error();
    ProbedWindow window(*path, app::Listening::On);
    if (auto shown = window.waitForList(); !shown)
        return shown;
    const auto port = window.waitForPort();
    if (!port)
        return port.error();
    const LoopWatch idle;
    runFor(kIdleTime);
    const double idleGap = percentile(idle.gaps(), 0.999);
    const auto calm = watchLoad(window, *port, {20, 1, context.scaled(100)});
    if (!calm)
        return calm.error();
    reportLive(context, "window.live_20", *calm, "aim p95 100 ms at 20 steps/s");
    const auto busy = watchLoad(window, *port, {100, 50, context.scaled(1000)});
    if (!busy)
        return busy.error();
    reportLive(context, "window.live_5000", *busy, "aim p95 200 ms at 5,000 steps/s");
    context.report.add({"window.loop.p99.9", percentile(busy->loopGaps, 0.999), "ms",
                        Yardstick{"the idle loop", idleGap},
                        "aim at most 16 ms above it; gaps of a 1 ms timer while 5,000 steps/s "
                        "arrive; longest " +
                            QByteArray::number(percentile(busy->loopGaps, 1.0), 'f', 1) + " ms"});
    return Success{};
}

} // namespace

Result<> measureWindow(const Context &context)
{
    const auto large = bigStore(context);
    const auto small = storeOfRuns(context, kFewRuns);
    if (!large || !small)
        return large ? small.error() : large.error();
    if (auto started = measureStart(context, *large, *small); !started)
        return started;
    if (auto jumped = measureJumps(context, *large); !jumped)
        return jumped;
    return measureLive(context);
}

} // namespace xray::bench
