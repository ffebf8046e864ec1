// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a file of mapping rules or is refused with a reason, and under any rules the spans of
// a trace come to a run in order.

#include "tests/fuzz/otlp_checks.h"

#include <cstdlib>

using namespace xray;

namespace {

/// A root, a filter below it, and a model call below that.
std::vector<RawSpan> trace()
{
    const auto decoded = otlp::decodeTraces(
        R"({"resourceSpans":[{
            "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
            "scopeSpans":[{"spans":[
              {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000001",
               "name":"POST /recommend","startTimeUnixNano":"1795326724000000000",
               "endTimeUnixNano":"1795326725000000000"},
              {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000002",
               "parentSpanId":"0000000000000001","name":"judge_12",
               "attributes":[{"key":"app.in","value":{"intValue":"50"}}]},
              {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000003",
               "parentSpanId":"0000000000000002","name":"chat",
               "attributes":[{"key":"openinference.span.kind","value":{"stringValue":"LLM"}}]}
            ]}]}]})",
        otlp::Encoding::Json);
    return decoded ? decoded->spans : std::vector<RawSpan>();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<RawSpan> spans = trace();
    auto rules = otlp::readRules(QByteArrayView(data, static_cast<qsizetype>(size)));
    if (!rules) {
        if (rules.error().message.isEmpty())
            std::abort();
        return 0;
    }
    fuzz::checkMapped(spans, *otlp::makeMapper(*std::move(rules)));
    return 0;
}
