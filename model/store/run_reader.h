// SPDX-License-Identifier: GPL-3.0-or-later
// The questions of the RunSource port as SQL on one SQLite connection. Owned by a reader thread of
// the pool and used there; read-only; lists never touch payloads.
#pragma once

#include "model/store/read_rows.h"

#include <model/core/ports.h>

#include <set>
#include <unordered_map>

namespace xray::store {

class RunReader
{
public:
    explicit RunReader(std::unique_ptr<SqliteConnection> connection, QString path);

    [[nodiscard]] SqliteConnection &connection() { return *m_connection; }
    /// Between two questions: drops prepared statements beyond what is worth keeping.
    void tidy();

    Read<RunOrder> runOrder(const RunQuery &query);
    Read<std::vector<Execution>> runsByRow(const std::vector<ExecutionRow> &rows);
    Read<std::vector<Execution>> matchingRuns(const RunFilter &filter,
                                              const std::vector<ExecutionRow> &rows);
    Read<Execution> runById(ExecutionId id);
    Read<RunSnapshot> openRun(ExecutionId id);
    Read<RunSnapshot> refreshRun(const RunSnapshot &before, const std::vector<StepRow> &changed);
    Read<StepDetail> stepDetail(StepId id);
    Read<MetricHistory> metricHistory(const MetricHistoryQuery &query);
    Read<RunFacets> facets();
    Read<StoreTotals> totals();
    Read<ChangeBatch> changesSince(Revision since, int limit);
    Read<ChangedEntities> changedEntities(const std::vector<Change> &changes, qint64 maxBytes);
    Read<Revision> revision();

private:
    /// A prepared statement, kept by its text until the next tidy().
    Result<Statement *> cached(const QByteArray &sql);
    Result<std::vector<Execution>> readRuns(Statement &statement);
    Result<std::vector<Step>> readSteps(Statement &statement, ExecutionId runId);
    Result<std::vector<ExecutionError>> readErrors(Statement &statement);
    Result<std::optional<Execution>> findRun(ExecutionRow row);
    Result<std::optional<Execution>> findRun(ExecutionId id);
    Result<std::vector<ExecutionError>> runErrors(ExecutionRow row);
    Result<QByteArray> spanOfStep(const Step &step);
    Result<std::set<StepRow>> changedSteps(ExecutionRow run, Revision since);
    Result<Revision> currentRevision();
    Result<> readOrder(RunOrder &order);
    Result<> findRuns(RunOrder &order);
    static Result<> sortInto(RunOrder &order, Statement &statement);
    Result<qint64> addChanged(const Change &change, ChangedEntities &entities);
    Result<> readTags(std::vector<RunFacets::Entry> &entries);

    std::unique_ptr<SqliteConnection> m_connection;
    QString m_path;
    std::unordered_map<std::string, Statement> m_statements;
};

} // namespace xray::store
