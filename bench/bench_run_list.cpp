// SPDX-License-Identifier: GPL-3.0-or-later
// The run list of a million runs: its order, and its pages at the top and deep down.
#include "bench/big_store.h"
#include "bench/groups.h"
#include "bench/raw_store.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"

#include <model/store/store.h>

namespace xray::bench {

namespace {

constexpr int kPageRuns = 100;
constexpr int kScreenRuns = 64; ///< what the list fetches at once
constexpr int kPages = 51;

using Rows = std::vector<ExecutionRow>;

std::size_t depthOf(const Context &context)
{
    return static_cast<std::size_t>(bigStoreRuns(context)) / 10 * 9;
}

QByteArray countOf(qint64 count)
{
    return QByteArray::number(count);
}

/// The same column of the same rows in the same order, by the C API.
Result<double> rawOrderTime(const QString &path)
{
    const auto db = openRaw(path);
    if (!db)
        return db.error();
    const Stopwatch watch;
    const auto statement = prepare(db->get(), "SELECT id, started_at FROM executions "
                                              "WHERE purge_at IS NULL "
                                              "ORDER BY started_at DESC, uuid DESC");
    if (!statement)
        return statement.error();
    std::vector<std::pair<sqlite3_int64, sqlite3_int64>> rows;
    while (sqlite3_step(statement->get()) == SQLITE_ROW)
        rows.emplace_back(sqlite3_column_int64(statement->get(), 0),
                          sqlite3_column_int64(statement->get(), 1));
    return watch.milliseconds();
}

Result<> measureOrders(const Context &context, store::Store &store)
{
    constexpr std::pair<const char *, RunSortKey> keys[] = {
        {"list.order_started", RunSortKey::Started},
        {"list.order_duration", RunSortKey::Duration},
        {"list.order_pipeline", RunSortKey::Pipeline},
    };
    for (const auto &[name, key] : keys) {
        const RunQuery query{{}, {key, SortOrder::Descending}};
        const auto time = compare(
            kRepetitions, [&] { return answerTime([&] { return store.runOrder(query, {}); }); },
            [&] { return rawOrderTime(store.filePath()); });
        if (!time)
            return time.error();
        context.report.add({name, time->value, "ms", Yardstick{"C API, newest first", time->limit},
                            "all of " + countOf(bigStoreRuns(context)) +
                                " runs, read in the background while the list shows"});
    }
    return Success{};
}

Result<> comparePages(const Context &context, store::Store &store, const Execution &before)
{
    RunPageQuery first{{}, kPageRuns, {}};
    RunPageQuery deep{{}, kPageRuns, std::pair(before.startedAt, before.id)};
    const auto time = compare(
        kPages, [&] { return answerTime([&] { return store.runPage(deep, {}); }); },
        [&] { return answerTime([&] { return store.runPage(first, {}); }); });
    if (!time)
        return time.error();
    context.report.add({"list.page_deep", time->value, "ms",
                        Yardstick{"the first page", time->limit},
                        "aim at most 1.5; GET /executions page of 100 after run " +
                            countOf(static_cast<qint64>(depthOf(context))) + " of " +
                            countOf(bigStoreRuns(context))});
    return Success{};
}

Result<> compareScreens(const Context &context, store::Store &store, const Rows &rows)
{
    const auto screenAt = [&rows](std::size_t place) {
        const auto start = rows.begin() + static_cast<std::ptrdiff_t>(place);
        return Rows(start, start + kScreenRuns);
    };
    const auto time = compare(
        kPages,
        [&] { return answerTime([&] { return store.runsByRow(screenAt(depthOf(context)), {}); }); },
        [&] { return answerTime([&] { return store.runsByRow(screenAt(0), {}); }); });
    if (!time)
        return time.error();
    context.report.add({"list.screen_deep", time->value, "ms",
                        Yardstick{"the first screen", time->limit},
                        "aim at most 1.5; the 64 runs that the list fetches when it is scrolled "
                        "there"});
    return Success{};
}

} // namespace

Result<> measureRunList(const Context &context)
{
    const auto path = bigStore(context);
    if (!path)
        return path.error();
    auto store = openStore(*path);
    if (!store)
        return store.error();
    const auto order = await((*store)->runOrder({}, {}));
    if (!order)
        return order.error();
    const Rows &rows = (*order)->rows;
    const auto before = await((*store)->runsByRow({rows[depthOf(context) - 1]}, {}));
    if (!before)
        return before.error();
    if (auto measured = measureOrders(context, **store); !measured)
        return measured;
    if (auto measured = comparePages(context, **store, (*before)->front()); !measured)
        return measured;
    return compareScreens(context, **store, rows);
}

} // namespace xray::bench
