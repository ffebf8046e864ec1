// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/run_selection.h"

#include <model/core/answer.h>

#include <algorithm>
#include <set>

namespace xray::app {

namespace {

constexpr int kRunsPerPage = 500;

Result<std::vector<ExecutionId>> runsThatMatch(query::QuerySource &source,
                                               const query::Query &query, TimeNs now,
                                               const Ticket &ticket)
{
    std::vector<ExecutionId> runs;
    query::RunQuestion question{query, now, query::kMaxPageSize, {}};
    question.withContents = false;
    for (;;) {
        const auto page = await(source.findRuns(question, ticket));
        if (!page)
            return page.error();
        for (const Execution &run : (*page)->runs)
            runs.push_back(run.id);
        if (!(*page)->more || (*page)->runs.empty())
            return runs;
        question.after = {{(*page)->runs.back().startedAt, runs.back()}};
    }
}

Result<std::vector<ExecutionId>> runsOfSteps(query::QuerySource &source, const query::Query &query,
                                             TimeNs now, const Ticket &ticket)
{
    std::vector<ExecutionId> runs;
    std::set<ExecutionId> known;
    query::StepQuestion question{query, now, query::kMaxPageSize, {}};
    for (;;) {
        const auto page = await(source.findSteps(question, ticket));
        if (!page)
            return page.error();
        for (const query::StepHit &hit : (*page)->hits) {
            if (known.insert(hit.step.executionId).second)
                runs.push_back(hit.step.executionId);
        }
        if (!(*page)->more || (*page)->hits.empty())
            return runs;
        question.before = (*page)->hits.back().step.row;
    }
}

Result<std::vector<ExecutionId>> reversed(Result<std::vector<ExecutionId>> runs)
{
    if (runs)
        std::ranges::reverse(*runs);
    return runs;
}

} // namespace

Result<std::vector<ExecutionId>> everyRun(RunSource &source, const Ticket &ticket)
{
    std::vector<ExecutionId> runs;
    RunPageQuery query;
    query.limit = kRunsPerPage;
    query.withContents = false;
    for (;;) {
        const auto page = await(source.runPage(query, ticket));
        if (!page)
            return page.error();
        for (const Execution &run : (*page)->runs)
            runs.push_back(run.id);
        if (!(*page)->more)
            return reversed(std::move(runs));
        query.after = {{(*page)->runs.back().startedAt, runs.back()}};
    }
}

Result<std::vector<ExecutionId>> runsOf(query::QuerySource &source, const query::Query &query,
                                        TimeNs now, const Ticket &ticket)
{
    return reversed(query.subject == query::Subject::Runs
                        ? runsThatMatch(source, query, now, ticket)
                        : runsOfSteps(source, query, now, ticket));
}

} // namespace xray::app
