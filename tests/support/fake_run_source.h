// SPDX-License-Identifier: GPL-3.0-or-later
// A RunSource for tests: holds its runs in memory and answers when told to. Its fields are what the
// store would hold; change them and send a ChangeBatch. Owned by the test; one thread.
#pragma once

#include <model/core/ports.h>

#include <QPromise>

#include <deque>
#include <functional>
#include <map>

namespace xray::test {

class FakeRunSource final : public RunSource
{
public:
    /// When a question is answered.
    enum class Answering {
        AtOnce,
        WhenTold, ///< by answerNext() or answerAll()
    };

    std::vector<Execution> runs;
    std::map<ExecutionId, RunSnapshotPtr> snapshots;
    std::map<StepId, StepDetail> details;
    MetricHistory history;
    RunFacets facetsToGive;
    StoreTotals totalsToGive;

    Answering answering = Answering::AtOnce;
    std::optional<Error> failure; ///< while set, every answer is this
    QStringList calls;            ///< the questions so far, for example "runsByRow 64"

    [[nodiscard]] qsizetype waiting() const { return static_cast<qsizetype>(m_waiting.size()); }
    void answerNext();
    void answerAll();
    /// The question asked last, before the others.
    void answerLast();

    /// A batch that says these runs were added or changed.
    [[nodiscard]] static ChangeBatchPtr changeOf(const std::vector<ExecutionRow> &rows,
                                                 ChangeKind kind = ChangeKind::Upserted);

    Answer<RunOrder> runOrder(RunQuery query, Ticket ticket) override;
    Answer<std::vector<Execution>> runsByRow(std::vector<ExecutionRow> rows,
                                             Ticket ticket) override;
    Answer<std::vector<Execution>> matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows,
                                                Ticket ticket) override;
    Answer<Execution> runById(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> openRun(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> refreshRun(RunSnapshotPtr before, std::vector<StepRow> changedSteps,
                                   Ticket ticket) override;
    Answer<StepDetail> stepDetail(StepId id, Ticket ticket) override;
    Answer<MetricHistory> metricHistory(MetricHistoryQuery query, Ticket ticket) override;
    Answer<RunFacets> facets(Ticket ticket) override;
    Answer<StoreTotals> totals(Ticket ticket) override;
    Answer<RunPage> runPage(RunPageQuery query, Ticket ticket) override;
    Answer<StepPage> stepPage(StepPageQuery query, Ticket ticket) override;
    Answer<ErrorPage> errorPage(ErrorPageQuery query, Ticket ticket) override;
    Answer<std::vector<StoredSpan>> spansOf(ExecutionId id, Ticket ticket) override;
    Answer<ChangeBatch> changesSince(Revision since, int limit, Ticket ticket) override;
    Answer<ChangedEntities> changedEntities(std::vector<Change> changes, qint64 maxBytes,
                                            Ticket ticket) override;
    Answer<Revision> revision(Ticket ticket) override;

private:
    template<class T>
    Answer<T> later(const QString &call, const Ticket &ticket, std::function<Result<T>()> work);
    [[nodiscard]] const Execution *find(ExecutionRow row) const;
    [[nodiscard]] static bool lets(const RunFilter &filter, const Execution &run);

    std::deque<std::function<void()>> m_waiting;
};

} // namespace xray::test
