// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/run_contents.h"

#include <model/core/answer.h>

namespace xray::app {

namespace {

constexpr int kStepsPerPage = 500;

Result<std::vector<StepDetail>> readSteps(RunSource &source, ExecutionId id, const Ticket &ticket)
{
    std::vector<StepDetail> steps;
    StepPageQuery query;
    query.executionId = id;
    query.limit = kStepsPerPage;
    for (;;) {
        const auto page = await(source.stepPage(query, ticket));
        if (!page)
            return page.error();
        steps.insert(steps.end(), (*page)->steps.begin(), (*page)->steps.end());
        if (!(*page)->more)
            return steps;
        query.after = {{steps.back().step.index, steps.back().step.row}};
    }
}

} // namespace

Result<RunContents> readRun(RunSource &source, ExecutionId id, const Ticket &ticket)
{
    const auto run = await(source.runById(id, ticket));
    if (!run)
        return run.error();
    auto steps = readSteps(source, id, ticket);
    if (!steps)
        return steps.error();
    const auto errors = await(source.errorPage({id, {}}, ticket));
    if (!errors)
        return errors.error();
    const auto spans = await(source.spansOf(id, ticket));
    if (!spans)
        return spans.error();
    return RunContents{**run, *std::move(steps), (*errors)->errors, **spans};
}

} // namespace xray::app
