// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/step_insight.h"

namespace xray::views {

namespace {

Payload read(const QByteArray &json, const Ticket &ticket)
{
    Payload payload{.json = json, .tree = {}, .problem = {}};
    if (json.isEmpty())
        return payload;
    if (auto tree = items::PayloadTree::parse(json, ticket))
        payload.tree = *std::move(tree);
    else
        payload.problem = tree.error().message;
    return payload;
}

} // namespace

std::shared_ptr<const StepInsight> makeInsight(std::shared_ptr<const StepDetail> detail,
                                               const Ticket &ticket)
{
    auto insight = std::make_shared<StepInsight>();
    insight->input = read(detail->payloads.input, ticket);
    insight->output = read(detail->payloads.output, ticket);
    insight->reasoning = read(detail->payloads.reasoning, ticket);
    insight->span = read(detail->span, ticket);
    insight->explanation = std::make_shared<const items::Explanation>(
        items::explain(detail->step, insight->reasoning.tree.get()));
    insight->detail = std::move(detail);
    return insight;
}

} // namespace xray::views
