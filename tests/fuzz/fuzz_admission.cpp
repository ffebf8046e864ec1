// SPDX-License-Identifier: GPL-3.0-or-later
// Any text may stand where a payload should be: a step that brings it is admitted, what is derived
// from it keeps its bounds, and sending it again changes nothing.

#include <model/admission/json_text.h>
#include <model/admission/merge.h>
#include <model/core/metric.h>

#include <cstdlib>

using namespace xray;
using namespace xray::admission;

namespace {

constexpr qsizetype kLongestHeadline = 120;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void checkHeadline(const QByteArray &line)
{
    const QString text = QString::fromUtf8(line);
    require(text.toUcs4().size() <= kLongestHeadline);
    require(text.toUtf8() == line);
    require(!line.contains('\n') && !line.contains('\0'));
}

StepEvent stepWith(const JsonText &payload)
{
    StepEvent event;
    event.id = StepId(Uuid(Uuid::Bytes{1}));
    event.name = QByteArray("filter");
    event.type = StepType::Filter;
    event.input = payload;
    event.output = payload;
    event.reasoning = payload;
    return event;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const JsonText text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    (void)containsText(text, QStringLiteral("stand"));
    (void)mergedTopLevel(R"({"kept":1})", text);

    const StepEvent event = stepWith(text);
    const StepContext context{ExecutionId(Uuid(Uuid::Bytes{2})), 1, 100};
    const auto once = mergeStep(nullptr, event, context);
    require(once.ok() && once->metrics.size() <= std::size_t(kMaxMetricsPerStep));
    const auto twice = mergeStep(&*once, event, context);
    require(twice.ok() && *twice == *once);

    ExecutionRecord run;
    absorbStep(run, *once);
    checkHeadline(run.title);
    checkHeadline(run.outcome);
    return 0;
}
