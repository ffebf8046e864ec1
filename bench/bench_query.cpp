// SPDX-License-Identifier: GPL-3.0-or-later
// Questions: metric conditions at three selectivities beside a plain json_extract scan of the same
// file, counts, combinations, runs, texts beside a LIKE scan, and what others wait meanwhile.
#include "bench/groups.h"
#include "bench/query_store.h"
#include "bench/raw_store.h"
#include "bench/sampling.h"

#include <model/query/language.h>
#include <model/store/store.h>

#include <QThread>

#include <future>

namespace xray::bench {

namespace {

constexpr int kQuestions = 11;
constexpr int kScans = 3; ///< a yardstick takes seconds
constexpr int kPage = 200;
constexpr int kDefaultRuns = 100'000;
constexpr double kIndexPatienceSeconds = 1'800;

query::Query parsed(const char *text)
{
    return std::get<query::Query>(query::parse(QString::fromLatin1(text)));
}

Result<double> pageTime(store::Store &store, const char *text)
{
    const query::Query query = parsed(text);
    if (query.subject == query::Subject::Runs)
        return answerTime([&] { return store.queries().findRuns({query, 0, kPage, {}}, {}); });
    return answerTime([&] { return store.queries().findSteps({query, 0, kPage, {}}, {}); });
}

Result<double> medianOf(int times, const std::function<Result<double>()> &measured)
{
    std::vector<double> values;
    for (int i = 0; i < times; ++i) {
        auto value = measured();
        if (!value)
            return value;
        values.push_back(*value);
    }
    return median(std::move(values));
}

/// How long the C API takes for every row of the statement.
Result<double> rawTime(const QString &path, const QByteArray &sql)
{
    const auto db = openRaw(path);
    if (!db)
        return db.error();
    const Stopwatch watch;
    const auto statement = prepare(db->get(), sql.constData());
    if (!statement)
        return statement.error();
    while (sqlite3_step(statement->get()) == SQLITE_ROW) {
    }
    return watch.milliseconds();
}

Result<> reportPage(const Context &context, store::Store &store, const char *name, const char *text,
                    const QByteArray &yardstickSql, const char *yardstick)
{
    auto time = medianOf(kQuestions, [&] { return pageTime(store, text); });
    if (!time)
        return time.error();
    Figure figure{name, *time, "ms", {}, QByteArray("newest 200 of: ") + text};
    if (!yardstickSql.isEmpty()) {
        auto limit = medianOf(kScans, [&] { return rawTime(store.filePath(), yardstickSql); });
        if (!limit)
            return limit.error();
        figure.limit = {yardstick, *limit};
    }
    context.report.add(figure);
    return Success{};
}

QByteArray jsonScan(const char *threshold)
{
    return QByteArray("SELECT id FROM execution_steps WHERE step_type = 'filter' AND "
                      "json_extract(reasoning_payload, '$.percentage_eliminated') > ") +
           threshold + " ORDER BY id DESC LIMIT 200";
}

Result<> measureMetrics(const Context &context, store::Store &store)
{
    const struct
    {
        const char *name;
        const char *text;
        const char *threshold;
    } cases[] = {
        {"query.metric_0.01%", "type = filter and percentage_eliminated > 99.99", "99.99"},
        {"query.metric_1%", "type = filter and percentage_eliminated > 99", "99"},
        {"query.metric_30%", "type = filter and percentage_eliminated > 70", "70"},
    };
    for (const auto &[name, text, threshold] : cases) {
        if (auto done =
                reportPage(context, store, name, text, jsonScan(threshold), "json_extract scan");
            !done)
            return done;
    }
    // No one who sorts by time can stop the scan early, which the plain scans above do.
    auto whole = medianOf(kScans, [&] {
        return rawTime(store.filePath(),
                       "SELECT id FROM execution_steps WHERE step_type = 'filter' AND "
                       "json_extract(reasoning_payload, '$.percentage_eliminated') > 99 "
                       "ORDER BY started_at DESC LIMIT 200");
    });
    if (!whole)
        return whole.error();
    context.report.add({"query.json_scan_by_time",
                        *whole,
                        "ms",
                        {},
                        "json_extract scan of the 1 %, sorted by time: looks at every step"});
    for (const auto &[name, text] :
         {std::pair("query.any_type_1%", "percentage_eliminated > 99"),
          std::pair("query.two_metrics",
                    "type = filter and percentage_eliminated > 70 and confidence < 0.01"),
          std::pair("query.runs_any_1%",
                    "runs where any(type = filter and percentage_eliminated > 99) and "
                    "status = completed"),
          std::pair("query.runs_any_30%",
                    "runs where any(type = filter and percentage_eliminated > 70) and "
                    "status = completed")}) {
        if (auto done = reportPage(context, store, name, text, {}, ""); !done)
            return done;
    }
    return Success{};
}

Result<> measureCount(const Context &context, store::Store &store)
{
    auto time = medianOf(kQuestions, [&] {
        return answerTime([&] {
            return store.queries().count(
                {parsed("type = filter and percentage_eliminated > 70"), 0}, {});
        });
    });
    if (!time)
        return time.error();
    context.report.add({"query.count_to_cap", *time, "ms", {}, "10,000+ of 30 %"});
    return Success{};
}

// ---- text ----------------------------------------------------------------------------------

Result<std::int64_t> rawNumber(const QString &path, const char *sql)
{
    const auto db = openRaw(path);
    if (!db)
        return db.error();
    const auto statement = prepare(db->get(), sql);
    if (!statement)
        return statement.error();
    if (sqlite3_step(statement->get()) != SQLITE_ROW)
        return lastError(db->get());
    return sqlite3_column_int64(statement->get(), 0);
}

/// Waits until the index has every full group; how long that took, in seconds.
Result<double> indexTime(const QString &path, int steps)
{
    const Stopwatch watch;
    for (;;) {
        auto ready = rawNumber(path, "SELECT count(*) FROM text_groups WHERE ready = 1");
        if (!ready)
            return ready.error();
        if (*ready >= steps / 4096)
            return watch.seconds();
        if (watch.seconds() > kIndexPatienceSeconds)
            return Error{ErrorCode::Internal, QStringLiteral("The text index does not end.")};
        QThread::msleep(200);
    }
}

Result<> measureIndex(const Context &context, const store::Store &store, int steps)
{
    auto seconds = indexTime(store.filePath(), steps);
    if (!seconds)
        return seconds.error();
    context.report.add({"query.text_index_us",
                        *seconds * 1e6 / steps,
                        "us/step",
                        {},
                        "made in the background by the idle writer; near 0: was there already"});
    auto bytes = rawNumber(store.filePath(), "SELECT sum(length(steps) + 12) FROM text_signatures");
    if (!bytes)
        return bytes.error();
    auto text = rawNumber(store.filePath(), "SELECT sum(length(output_payload) + "
                                            "length(reasoning_payload)) FROM execution_steps");
    if (!text)
        return text.error();
    context.report.add({"query.text_index_size", double(*bytes) / double(*text), "of the text"});
    return Success{};
}

Result<> measureTexts(const Context &context, store::Store &store)
{
    const QByteArray like = QByteArray("SELECT id FROM execution_steps WHERE output_payload LIKE "
                                       "'%") +
                            kRareText + "%' ORDER BY id DESC LIMIT 200";
    if (auto done = reportPage(context, store, "query.text_rare", "text : \"MacBook Stand\"", like,
                               "LIKE scan");
        !done)
        return done;
    return reportPage(context, store, "query.runs_text", "runs where any(text : \"MacBook Stand\")",
                      {}, "");
}

// ---- scans and others meanwhile ------------------------------------------------------------

/// What no index leads to, asked for what nothing matches, so that every step is looked at.
Result<> measureScans(const Context &context, store::Store &store)
{
    const struct
    {
        const char *name;
        const char *text;
        const char *yardstick;
    } cases[] = {
        {"query.scan_path", "reasoning.percentage_eliminated > 1000",
         "SELECT id FROM execution_steps WHERE "
         "json_extract(reasoning_payload, '$.percentage_eliminated') > 1000"},
        {"query.scan_name", "step ~ \"^no_such\"",
         "SELECT id FROM execution_steps WHERE step_name LIKE 'no_such%'"},
    };
    for (const auto &[name, text, yardstick] : cases) {
        auto times = compare(
            kScans, [&] { return pageTime(store, text); },
            [&] { return rawTime(store.filePath(), yardstick); });
        if (!times)
            return times.error();
        context.report.add({name,
                            times->value,
                            "ms",
                            {{"C API, the same scan", times->limit}},
                            QByteArray("every step: ") + text});
    }
    return Success{};
}

/// What others wait, in milliseconds, while a scan runs.
struct Meanwhile
{
    std::vector<double> pages;   ///< of the run list
    std::vector<double> metrics; ///< a metric condition's first page
    std::vector<double> commits; ///< one step, until it is durable
};

Result<double> commitTime(store::Store &store, ExecutionId run)
{
    StepEvent step;
    step.executionId = run;
    step.name = QByteArray("meanwhile");
    step.type = StepType::Other;
    std::promise<SubmissionResult> promise;
    auto done = promise.get_future();
    const Stopwatch watch;
    const auto queued =
        store.sink().submit({{step}, Atomicity::EachAlone, 0, [&promise](SubmissionResult result) {
                                 promise.set_value(std::move(result));
                             }});
    if (!queued)
        return queued.error();
    const SubmissionResult result = done.get();
    return result.status ? Result<double>(watch.milliseconds())
                         : Result<double>(result.status.error());
}

/// One after the other with pauses, as people and pipelines do.
Result<Meanwhile> timesOfOthers(store::Store &store, ExecutionId run,
                                const Answer<query::StepAnswer> &scan)
{
    constexpr unsigned long pauseMs = 5;
    Meanwhile times;
    while (!scan.isFinished()) {
        const std::pair<std::vector<double> *, Result<double>> taken[] = {
            {&times.pages, answerTime([&] {
                 return store.runPage({{}, 100, {}}, {});
             })},
            {&times.metrics, pageTime(store, "type = filter and percentage_eliminated > 99")},
            {&times.commits, commitTime(store, run)},
        };
        for (const auto &[list, time] : taken) {
            if (!time)
                return time.error();
            list->push_back(*time);
        }
        QThread::msleep(pauseMs);
    }
    return times;
}

Result<> measureOthers(const Context &context, store::Store &store)
{
    const auto newest = await(store.runPage({{}, 1, {}}, {}));
    if (!newest)
        return newest.error();
    const Stopwatch watch;
    const Answer<query::StepAnswer> scan = store.queries().findSteps(
        {parsed("output.said ~ \"no such (word|thing)$\""), 0, kPage, {}}, {});
    auto times = timesOfOthers(store, (*newest)->runs.front().id, scan);
    if (!times)
        return times.error();
    context.report.add({"query.scan_regex",
                        watch.milliseconds(),
                        "ms",
                        {},
                        "every step, a regular expression on a path that matches none; the others "
                        "are asked meanwhile"});
    const std::pair<QByteArray, const std::vector<double> *> others[] = {
        {"query.others_pages", &times->pages},
        {"query.others_metrics", &times->metrics},
        {"query.others_commits", &times->commits},
    };
    for (const auto &[name, list] : others) {
        context.report.add({name + ".p50", percentile(*list, 0.5), "ms"});
        context.report.add({name + ".p99", percentile(*list, 0.99), "ms"});
    }
    return Success{};
}

} // namespace

Result<> measureQueries(const Context &context)
{
    const int steps = context.runs.value_or(context.scaled(kDefaultRuns)) * kQueryStepsPerRun;
    const auto path = queryStore(context, steps);
    if (!path)
        return path.error();
    store::StoreOptions options;
    options.url = {store::StoreUrl::Kind::SqliteFile, *path, {}};
    auto store = store::Store::open(std::move(options));
    if (!store)
        return store.error();
    if (auto done = measureIndex(context, **store, steps); !done)
        return done;
    for (const auto measure :
         {measureMetrics, measureCount, measureTexts, measureScans, measureOthers}) {
        if (auto done = measure(context, **store); !done)
            return done;
    }
    return Success{};
}

} // namespace xray::bench
