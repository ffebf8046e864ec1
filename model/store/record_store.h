// SPDX-License-Identifier: GPL-3.0-or-later
// Rows in, rows out: loads and writes the records of admission with prepared statements, and knows
// nothing of rules. Owned by the writer, used on its thread, inside its transaction; a second one,
// that only reads, by who maps traces beside the writer.
#pragma once

#include "model/store/sqlite_connection.h"
#include "model/store/step_notes.h"

#include <model/admission/records.h>
#include <model/core/ports.h>

#include <array>
#include <functional>
#include <memory>
#include <unordered_map>

namespace xray::store {

/// A run as the writer keeps it while events of it arrive.
struct RunState
{
    ExecutionRow row;
    admission::ExecutionRecord record;
    qint64 stepCount = 0;
    qint64 errorCount = 0;
    qint64 lastStepIndex = 0; ///< the largest index any step of it has
    TimeNs lastEventAt = 0;
    std::optional<TimeNs> purgeAt; ///< set: deleted
};

struct StepState
{
    StepRow row;
    ExecutionRow executionRow;
    admission::StepRecord record;
    qint64 errorCount = 0;
};

struct ErrorState
{
    std::int64_t row = 0;
    ExecutionRow executionRow;
    StepRow stepRow;
    admission::ErrorRecord record;
};

/// Where a step lives, without what is in it.
struct StepPlace
{
    StepRow row;
    ExecutionRow executionRow;
};

/// Whether the step shows an issue to be counted; a hint (Severity::Info) is none.
[[nodiscard]] bool hasIssue(const admission::StepRecord &step);

/// What happened to the metrics of one (metric, step type, zone) since the last flush.
struct ZoneDelta
{
    qint64 added = 0; ///< net number of values
    double minimum = 0;
    double maximum = 0;
    bool widens = false; ///< minimum and maximum hold
};

class RecordStore
{
public:
    [[nodiscard]] static Result<std::unique_ptr<RecordStore>> create(SqliteConnection &connection);

    // Runs
    [[nodiscard]] Result<std::optional<RunState>> findRun(ExecutionId id);
    [[nodiscard]] Result<std::optional<RunState>> findRun(ExecutionRow row);
    [[nodiscard]] Result<> insertRun(const RunState &run);
    [[nodiscard]] Result<> updateRun(const RunState &run);
    /// Only what changes with every step: counts, last event, title and outcome.
    [[nodiscard]] Result<> updateRunCounters(const RunState &run);

    // Steps
    [[nodiscard]] Result<std::optional<StepPlace>> findStepPlace(StepId id);
    [[nodiscard]] Result<std::optional<StepState>> findStep(StepId id);
    [[nodiscard]] Result<> insertStep(const StepState &step);
    /// `before` is what the row holds now; its metrics and zones follow.
    [[nodiscard]] Result<> updateStep(const StepState &before, const StepState &after);
    [[nodiscard]] Result<> addStepErrors(StepRow step, qint64 count);
    /// One after the other, in no order; the first Error of `take` ends it.
    [[nodiscard]] Result<> forEachStepOfRun(ExecutionRow run,
                                            const std::function<Result<>(StepState)> &take);
    /// With its metrics and its errors.
    [[nodiscard]] Result<> removeStep(const StepState &step);

    // Errors
    [[nodiscard]] Result<std::optional<ErrorState>> findError(ErrorId id);
    [[nodiscard]] Result<> insertError(const ErrorState &error);
    [[nodiscard]] Result<> updateError(const ErrorState &error);
    [[nodiscard]] Result<std::vector<ErrorState>> errorsOfRun(ExecutionRow run);
    [[nodiscard]] Result<> removeError(const ErrorState &error);

    /// Deletes up to `limit` steps of the run, their metrics and errors. The number deleted.
    [[nodiscard]] Result<int> deleteStepSlice(ExecutionRow run, int limit);
    /// Deletes the run's remaining errors and the run itself; its steps must be gone.
    [[nodiscard]] Result<> deleteRun(ExecutionRow run);

    // Bookkeeping, once a transaction
    [[nodiscard]] Result<> flushZones();
    [[nodiscard]] Result<> insertChange(Revision revision, ExecutionRow run, StepRow step,
                                        ChangeKind kind);
    [[nodiscard]] Result<> addToCounter(const char *name, qint64 delta);

    [[nodiscard]] ExecutionRow nextRunRow() { return {++m_lastRunRow}; }
    [[nodiscard]] StepRow nextStepRow() { return {++m_lastStepRow}; }
    [[nodiscard]] std::int64_t nextErrorRow() { return ++m_lastErrorRow; }

    /// Forgets what was not flushed, and the ids given to metrics, after a rollback.
    [[nodiscard]] Result<> reload();

private:
    explicit RecordStore(SqliteConnection &connection)
        : m_connection(connection)
        , m_notes(connection)
    {
    }

    /// One value per entry of kSql in the .cpp.
    enum Sql : std::size_t;
    static constexpr std::size_t kStatementCount = 29;

    struct ZoneKey
    {
        std::int64_t metric = 0;
        int type = 0;
        std::int64_t zone = 0;
        friend bool operator==(const ZoneKey &, const ZoneKey &) = default;
    };
    struct ZoneKeyHash
    {
        std::size_t operator()(const ZoneKey &key) const noexcept;
    };

    [[nodiscard]] Result<> prepareAll();
    [[nodiscard]] Statement &statement(Sql sql) { return m_statements[sql]; }
    [[nodiscard]] Result<> run(Sql sql);
    [[nodiscard]] Result<std::optional<RunState>> readRun(Statement &statement);
    [[nodiscard]] Result<std::int64_t> metricId(const QByteArray &name);
    [[nodiscard]] Result<> putMetrics(const StepState &step);
    [[nodiscard]] Result<> removeMetrics(const StepState &step);
    void widenZone(std::int64_t metric, StepType type, StepRow step, double value);

    SqliteConnection &m_connection;
    std::array<Statement, kStatementCount> m_statements;
    std::unordered_map<std::string, std::int64_t> m_metricIds;
    std::unordered_map<ZoneKey, ZoneDelta, ZoneKeyHash> m_zones;
    StepNotes m_notes;
    std::int64_t m_lastRunRow = 0;
    std::int64_t m_lastStepRow = 0;
    std::int64_t m_lastErrorRow = 0;
};

} // namespace xray::store
