// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a run of 100,000 steps, and taking in one changed step of it.
#include "bench/big_store.h"
#include "bench/groups.h"
#include "bench/raw_store.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"

#include <model/store/store.h>

namespace xray::bench {

namespace {

constexpr int kSteps = 100'000;
constexpr int kSmallSteps = 100;
constexpr int kRefreshes = 51;

Result<RunSnapshotPtr> openFirstRun(store::Store &store)
{
    const auto order = await(store.runOrder({}, {}));
    if (!order)
        return order.error();
    const auto run = await(store.runsByRow({(*order)->rows.front()}, {}));
    if (!run)
        return run.error();
    const auto snapshot = await(store.openRun((*run)->front().id, {}));
    if (!snapshot)
        return snapshot.error();
    return *snapshot;
}

/// What openRun reads, read by the C API and thrown away.
Result<double> rawReadTime(const QString &path)
{
    const auto db = openRaw(path);
    if (!db)
        return db.error();
    const Stopwatch watch;
    const auto statement = prepare(
        db->get(), "SELECT id, execution_id, uuid, parent_uuid, step_index, step_name, step_type, "
                   "status, started_at, ended_at, duration_ns, metrics, count_in, count_out, "
                   "error_count, issues FROM execution_steps WHERE execution_id = 1 "
                   "ORDER BY step_index, id");
    if (!statement)
        return statement.error();
    sqlite3_stmt *s = statement->get();
    qint64 bytes = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(s); ++column) {
            sqlite3_column_blob(s, column);
            bytes += sqlite3_column_bytes(s, column);
        }
    }
    if (bytes == 0)
        return Error{ErrorCode::Internal, QStringLiteral("The run has no steps")};
    return watch.milliseconds();
}

Result<double> refreshTime(store::Store &store, const RunSnapshotPtr &snapshot)
{
    const StepRow middle = snapshot->steps.at(snapshot->steps.size() / 2).row;
    return answerTime([&] { return store.refreshRun(snapshot, {middle}, {}); });
}

} // namespace

Result<> measureOpenRun(const Context &context)
{
    const int steps = context.scaled(kSteps);
    const auto path = storeOfOneRun(context, steps);
    const auto smallPath = storeOfOneRun(context, kSmallSteps);
    if (!path || !smallPath)
        return path ? smallPath.error() : path.error();
    auto store = openStore(*path);
    auto small = openStore(*smallPath);
    if (!store || !small)
        return store ? small.error() : store.error();
    const auto snapshot = openFirstRun(**store);
    const auto smallSnapshot = openFirstRun(**small);
    if (!snapshot || !smallSnapshot)
        return snapshot ? smallSnapshot.error() : snapshot.error();

    const auto opened = compare(
        kRepetitions,
        [&] { return answerTime([&] { return (*store)->openRun((*snapshot)->run.id, {}); }); },
        [&] { return rawReadTime(*path); });
    if (!opened)
        return opened.error();
    const QByteArray of = "of " + QByteArray::number(steps) + " steps with 3 metrics each";
    context.report.add({"run.open", opened->value, "ms",
                        Yardstick{"C API, same columns thrown away", opened->limit},
                        "snapshot " + of});
    const auto refreshed = compare(
        kRefreshes, [&] { return refreshTime(**store, *snapshot); },
        [&] { return refreshTime(**small, *smallSnapshot); });
    if (!refreshed)
        return refreshed.error();
    context.report.add({"run.refresh", refreshed->value, "ms",
                        Yardstick{"the same in a run of 100", refreshed->limit},
                        "new snapshot with one changed step " + of});
    return Success{};
}

} // namespace xray::bench
