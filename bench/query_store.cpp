// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/query_store.h"

#include "bench/raw_store.h"

#include <QFile>

#include <array>
#include <random>

namespace xray::bench {

namespace {

constexpr unsigned kSeed = 7;
constexpr std::size_t kWords = 30'000;
constexpr int kWordsPerStep = 130;
constexpr int kStepsPerTransaction = 20'000;

constexpr char kRun[] =
    "INSERT INTO executions(id, uuid, pipeline_name, environment, status, started_at, ended_at, "
    "duration_ns, source, step_count, last_step_index, title, last_event_at) VALUES(?1, "
    "CAST(printf('%016d', ?1) AS BLOB), 'pipeline_' || (?1 % 20), CASE ?1 % 3 WHEN 0 THEN "
    "'staging' ELSE 'production' END, CASE ?1 % 20 WHEN 0 THEN 'failed' ELSE 'completed' END, "
    "1700000000000000000 + ?1 * 1000000000, 1700000009000000000 + ?1 * 1000000000, 9000000000, "
    "'sdk', 10, 10, 'run ' || ?1, 1700000000000000000)";
constexpr char kStep[] =
    "INSERT INTO execution_steps(id, uuid, execution_id, step_index, step_name, step_type, status, "
    "started_at, ended_at, duration_ns, metrics, input_payload, output_payload, reasoning_payload) "
    "VALUES(?1, CAST(printf('%016d', ?1) AS BLOB), ?2, ?3, ?4, ?5, 'completed', "
    "1700000000000000000 + ?1 * 100000000, 1700000000050000000 + ?1 * 100000000, 50000000, ?6, "
    "'{\"total_candidates\":50}', ?7, ?6)";
constexpr char kMetric[] = "INSERT INTO step_metrics VALUES(?1, ?2, ?3, ?4)";
constexpr char kSums[] =
    "INSERT INTO metric_zones SELECT metric_id, step_type, step_id >> 9, count(*), min(value), "
    "max(value) FROM step_metrics GROUP BY 1, 2, 3;"
    "INSERT INTO step_names SELECT step_name, count(*) FROM execution_steps GROUP BY 1;"
    "UPDATE counters SET value = (SELECT count(*) FROM executions) WHERE name = 'runs';"
    "UPDATE counters SET value = (SELECT max(id) FROM execution_steps) WHERE name = 'steps';"
    "INSERT INTO changes(rev, execution_id, step_id, deleted) VALUES(1, 1, 0, 0);";

constexpr std::array kTypes = {"llm", "api", "filter", "ranking", "analysis"};
constexpr std::array kNames = {"judge_candidates", "search_products", "filter_relevance",
                               "rank_candidates", "analyse_market"};
constexpr std::array kMetrics = {"percentage_eliminated", "confidence", "score", "tokens"};

/// Words as they come in texts: few of them often, most of them seldom.
class Words
{
public:
    Words()
    {
        std::vector<double> weights;
        for (std::size_t i = 0; i < kWords; ++i) {
            std::string word;
            for (auto length = 3 + m_random() % 7; length > 0; --length)
                word += "etaoinshrdlucmfwypvbgkjqxz"[m_random() % 20];
            m_words.push_back(word);
            weights.push_back(1.0 / double(i + 10));
        }
        m_choice = std::discrete_distribution<std::size_t>(weights.begin(), weights.end());
    }

    std::string text(int step)
    {
        std::string json = "{\"said\":\"";
        for (int i = 0; i < kWordsPerStep; ++i)
            json += m_words[m_choice(m_random)] + ' ';
        if (step % kRareEvery == 0)
            json += kRareText;
        return json + "\"}";
    }
    double unit() { return std::uniform_real_distribution<double>()(m_random); }

private:
    std::mt19937 m_random{kSeed};
    std::vector<std::string> m_words;
    std::discrete_distribution<std::size_t> m_choice;
};

class Filler
{
public:
    explicit Filler(sqlite3 *db)
        : m_db(db)
    {
    }

    Result<> fill(int steps)
    {
        if (auto ready = prepareAll(); !ready)
            return ready;
        for (int step = 1; step <= steps; ++step) {
            if (step % kStepsPerTransaction == 1) {
                if (auto begun = execute(m_db, step == 1 ? "BEGIN" : "COMMIT; BEGIN"); !begun)
                    return begun;
            }
            if (auto added = add(step); !added)
                return added;
        }
        return execute(m_db, (std::string("COMMIT; BEGIN;") + kSums + "COMMIT").c_str());
    }

private:
    Result<> prepareAll()
    {
        const std::pair<RawStatement *, const char *> statements[] = {
            {&m_run, kRun}, {&m_step, kStep}, {&m_metric, kMetric}};
        for (const auto &[statement, sql] : statements) {
            auto prepared = prepare(m_db, sql);
            if (!prepared)
                return prepared.error();
            *statement = std::move(*prepared);
        }
        for (const char *metric : kMetrics) {
            const std::string sql =
                std::string("INSERT INTO metrics(name) VALUES('") + metric + "')";
            if (auto named = execute(m_db, sql.c_str()); !named)
                return named;
        }
        return Success{};
    }

    Result<> run(sqlite3_stmt *statement)
    {
        const int result = sqlite3_step(statement);
        sqlite3_reset(statement);
        return result == SQLITE_DONE ? Result<>(Success{}) : Result<>(lastError(m_db));
    }

    Result<> add(int step)
    {
        const int runRow = (step - 1) / kQueryStepsPerRun + 1;
        if (step % kQueryStepsPerRun == 1) {
            sqlite3_bind_int64(m_run.get(), 1, runRow);
            if (auto added = run(m_run.get()); !added)
                return added;
        }
        const auto type = static_cast<std::size_t>(step) % kTypes.size();
        const std::array values = {100 * m_words.unit(), m_words.unit(), m_words.unit(),
                                   2000 * m_words.unit()};
        std::string metrics;
        for (std::size_t i = 0; i < values.size(); ++i)
            metrics += (i == 0 ? "{\"" : ",\"") + std::string(kMetrics[i]) +
                       "\":" + std::to_string(values[i]);
        metrics += '}';
        const std::string text = m_words.text(step);
        sqlite3_stmt *s = m_step.get();
        sqlite3_bind_int64(s, 1, step);
        sqlite3_bind_int64(s, 2, runRow);
        sqlite3_bind_int64(s, 3, (step - 1) % kQueryStepsPerRun + 1);
        sqlite3_bind_text(s, 4, kNames[type], -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 5, kTypes[type], -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 6, metrics.data(), static_cast<int>(metrics.size()), SQLITE_STATIC);
        sqlite3_bind_text(s, 7, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
        if (auto added = run(s); !added)
            return added;
        return addMetrics(step, static_cast<int>(type), values);
    }

    Result<> addMetrics(int step, int type, const std::array<double, 4> &values)
    {
        for (int i = 0; i < static_cast<int>(values.size()); ++i) {
            sqlite3_bind_int64(m_metric.get(), 1, i + 1);
            sqlite3_bind_int64(m_metric.get(), 2, type);
            sqlite3_bind_int64(m_metric.get(), 3, step);
            sqlite3_bind_double(m_metric.get(), 4, values[static_cast<std::size_t>(i)]);
            if (auto added = run(m_metric.get()); !added)
                return added;
        }
        return Success{};
    }

    sqlite3 *m_db;
    Words m_words;
    RawStatement m_run;
    RawStatement m_step;
    RawStatement m_metric;
};

Result<> fillAt(const QString &path, int steps)
{
    if (auto created = createStore(path); !created)
        return created;
    auto db = openRaw(path);
    if (!db)
        return db.error();
    if (auto set = execute(db->get(), "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=20000");
        !set)
        return set;
    return Filler(db->get()).fill(steps);
}

} // namespace

Result<QString> queryStore(const Context &context, int steps)
{
    const QString path = QStringLiteral("%1/query-%2-steps.db").arg(context.stores).arg(steps);
    if (QFile::exists(path))
        return path;
    const QString unfinished = path + QStringLiteral(".part");
    QFile::remove(unfinished);
    if (auto filled = fillAt(unfinished, steps); !filled)
        return filled.error();
    if (!QFile::rename(unfinished, path))
        return Error{ErrorCode::Unavailable, QStringLiteral("Cannot rename %1").arg(unfinished)};
    return path;
}

} // namespace xray::bench
