// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/catalogue_reader.h"

#include "model/store/metric_values.h"

#include <model/admission/json_reader.h>
#include <model/core/json_string.h>

#include <QElapsedTimer>

#include <algorithm>
#include <array>
#include <set>

namespace xray::store {

namespace {

/// How long names of runs serve: so long, or so many times as long as it took to read them.
constexpr DurationNs kRunNamesLast = 2 * kNsPerSecond;
constexpr int kRunNamesPayOff = 50;

/// Environments and tags, which have no index of their own, are those of the newest runs.
#define XRAY_NEWEST_RUNS                                                                           \
    "(SELECT environment, tags FROM executions WHERE purge_at IS NULL ORDER BY id DESC LIMIT "     \
    "20000)"

/// Newest payloads looked into for paths; larger ones are left out.
constexpr char kRecentPayloads[] =
    "SELECT 'input', p FROM (SELECT input_payload AS p FROM execution_steps ORDER BY id DESC "
    "LIMIT 300) WHERE length(p) < 65536 UNION ALL "
    "SELECT 'output', p FROM (SELECT output_payload AS p FROM execution_steps ORDER BY id DESC "
    "LIMIT 300) WHERE length(p) < 65536 UNION ALL "
    "SELECT 'reasoning', p FROM (SELECT reasoning_payload AS p FROM execution_steps ORDER BY id "
    "DESC LIMIT 300) WHERE length(p) < 65536 UNION ALL "
    "SELECT 'metadata', p FROM (SELECT metadata AS p FROM executions ORDER BY id DESC LIMIT 100) "
    "WHERE length(p) < 65536";

constexpr int kDeepestPath = 6;
constexpr std::size_t kMostPaths = 1'000;

void addPaths(const std::string &prefix, QByteArrayView object, int depth,
              std::set<std::string> &paths)
{
    std::vector<std::pair<std::string, std::string>> objects; // walks must not nest
    admission::forEachMember(object, [&](const admission::Member &member) {
        const std::string path = prefix + '.' + decoded(member.key);
        if (member.value.starts_with('{'))
            objects.emplace_back(path, member.value);
        else if (paths.size() < kMostPaths)
            paths.insert(path);
        return admission::Walk::On;
    });
    if (depth == kDeepestPath)
        return;
    for (const auto &[path, value] : objects)
        addPaths(path, QByteArrayView(value), depth + 1, paths);
}

} // namespace

Result<KnownCatalogue> CatalogueReader::read(const KnownCatalogue &known, TimeNs now)
{
    auto revision = m_connection.integer("SELECT coalesce(max(rev), 0) FROM changes");
    if (!revision)
        return revision.error();
    if (known.catalogue && known.revision == *revision)
        return known;
    const DurationNs runsLast = std::max(kRunNamesLast, kRunNamesPayOff * known.runsTook);
    const bool runsAreFresh = known.catalogue && now - known.runsReadAt < runsLast;
    QElapsedTimer timer;
    timer.start();
    DurationNs runsTook = known.runsTook;
    auto catalogue = std::make_shared<query::Catalogue>();
    if (runsAreFresh)
        *catalogue = *known.catalogue;
    else if (auto read = readRunNames(*catalogue); !read)
        return read.error();
    else
        runsTook = timer.nsecsElapsed();
    auto metrics = MetricValues(m_connection).overview();
    if (!metrics)
        return metrics.error();
    catalogue->metrics = std::move(*metrics);
    auto steps =
        count("SELECT step_name, n FROM step_names WHERE n > 0 ORDER BY n DESC, 1 LIMIT ?1");
    if (!steps)
        return steps.error();
    catalogue->steps = std::move(*steps);
    return KnownCatalogue{catalogue, *revision, runsAreFresh ? known.runsReadAt : now, runsTook};
}

Result<std::vector<query::NamedCount>> CatalogueReader::count(const char *sql)
{
    auto statement = m_connection.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, query::Catalogue::kMaxNames);
    std::vector<query::NamedCount> names;
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step())
        names.push_back({statement->text(0), statement->integer(1)});
    if (step == Statement::Step::Failed)
        return statement->lastError().toError();
    return names;
}

Result<> CatalogueReader::readRunNames(query::Catalogue &catalogue)
{
    const std::pair<const char *, std::vector<query::NamedCount> *> parts[] = {
        {"SELECT pipeline_name, count(*) FROM executions WHERE purge_at IS NULL GROUP BY 1 "
         "ORDER BY 2 DESC, 1 LIMIT ?1",
         &catalogue.pipelines},
        {"SELECT environment, count(*) FROM " XRAY_NEWEST_RUNS
         " WHERE environment IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?1",
         &catalogue.environments},
        {"SELECT t.value, count(*) FROM " XRAY_NEWEST_RUNS
         " e, json_each(e.tags) t GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?1",
         &catalogue.tags},
    };
    for (const auto &[sql, names] : parts) {
        auto counted = count(sql);
        if (!counted)
            return counted.error();
        *names = std::move(*counted);
    }
    auto paths = readPaths();
    if (!paths)
        return paths.error();
    catalogue.paths = std::move(*paths);
    return Success{};
}

Result<QStringList> CatalogueReader::readPaths()
{
    auto payloads = m_connection.prepare(kRecentPayloads);
    if (!payloads)
        return payloads.error();
    std::set<std::string> paths;
    Statement::Step step = payloads->step();
    for (; step == Statement::Step::Row; step = payloads->step())
        addPaths(std::string(payloads->word(0)), payloads->utf8(1), 1, paths);
    if (step == Statement::Step::Failed)
        return payloads->lastError().toError();
    QStringList sorted;
    for (const std::string &path : paths)
        sorted += QString::fromStdString(path);
    return sorted;
}

} // namespace xray::store
