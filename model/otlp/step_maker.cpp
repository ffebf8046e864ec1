// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/step_maker.h"

#include "model/otlp/event_fields.h"
#include "model/otlp/mapper.h"
#include "model/otlp/rule_matching.h"
#include "model/otlp/span_body.h"

#include <model/core/spans.h>

namespace xray::otlp {

namespace {

class StepMaker
{
public:
    explicit StepMaker(const Trace &trace)
        : m_trace(trace)
    {
    }

    [[nodiscard]] StepEvent make(const TraceTree::Step &step, qint64 index) const
    {
        const SpanFacts &span = m_trace.spans()[step.span];
        const auto [type, source] = typeOf(step.span);
        const Selection selection = selectionOfStep(span, type);
        const Interval interval = m_trace.placed(span);
        StepEvent event;
        event.id = stepIdOf(m_trace.id(), span.id);
        event.executionId = m_trace.id();
        event.parentId =
            step.parent ? Field<StepId>(stepIdOf(m_trace.id(), m_trace.spans()[*step.parent].id))
                        : Field<StepId>::null();
        event.index = index;
        event.name = renamed(m_trace.rules().steps, span, span.name);
        event.type = type;
        event.status = statusOf(span);
        event.startedAt = interval.start;
        event.endedAt = interval.end ? Field<TimeNs>(*interval.end) : Field<TimeNs>::null();
        event.duration = Field<DurationNs>::null();
        writePayloads(event, span, selection);
        event.reasoning = payloadField(reasoningText(span, selection));
        event.origin = toJson(StepOrigin{span.id, span.finding.role, span.finding.convention,
                                         source, isPlumbing(step)});
        return event;
    }

private:
    [[nodiscard]] std::pair<StepType, TypeSource> typeOf(SpanIndex index) const
    {
        const SpanFacts &span = m_trace.spans()[index];
        if (const auto type = ruledType(m_trace.rules().types, span))
            return {*type, TypeSource::Rule};
        if (const auto type = typeOfRole(span.finding.role))
            return {*type, TypeSource::Role};
        if (const auto type = typeOfNames(span.names))
            return {*type, TypeSource::Name};
        if (m_trace.tree().callsModel(index))
            return {StepType::Llm, TypeSource::Descendant};
        return {StepType::Other, TypeSource::Default};
    }

    [[nodiscard]] bool isPlumbing(const TraceTree::Step &step) const
    {
        const SpanFacts &span = m_trace.spans()[step.span];
        const SpanRole role = span.finding.role;
        if (role == SpanRole::Prompt || isPlumbingName(viewOf(span.name)))
            return true;
        const bool isCall =
            span.side == SpanSide::Client && (role == SpanRole::Http || role == SpanRole::Database);
        return isCall && step.parent &&
               m_trace.spans()[*step.parent].finding.role != SpanRole::Chain;
    }

    [[nodiscard]] Selection selectionOfStep(const SpanFacts &span, StepType type) const
    {
        const bool isOfPayloads = type == StepType::Filter || type == StepType::Ranking;
        if (!span.selection.decisions.empty() || !isOfPayloads)
            return span.selection;
        TextReader input;
        TextReader output;
        return selectionOf(type, input.read(viewOf(span.payloads.input)),
                           output.read(viewOf(span.payloads.output)));
    }

    static void writePayloads(StepEvent &event, const SpanFacts &span, const Selection &selection)
    {
        JsonText input = span.payloads.input;
        JsonText output = span.payloads.output;
        if (selection.total && selection.remaining) {
            input = withMember(input, "total_candidates", QByteArray::number(*selection.total));
            output = withMember(output, "remaining_candidates",
                                QByteArray::number(*selection.remaining));
        }
        event.input = payloadField(input);
        event.output = payloadField(output);
    }

    [[nodiscard]] JsonText reasoningText(const SpanFacts &span, const Selection &selection) const
    {
        AttributeTable out(kMaxAttributes);
        for (const Figure &figure : span.figures.all())
            out.add(figure.name, numberText(figure.value));
        const double eliminated = selection.percentageEliminated().value_or(0);
        if (eliminated > 0 && !span.figures.find("percentage_eliminated"))
            out.add("percentage_eliminated", numberText(eliminated));
        if (!span.model.isEmpty())
            out.add("model", stringText(span.model));
        if (!span.payloads.reasoning.isEmpty())
            out.add("reasoning", stringText(span.payloads.reasoning));
        if (!selection.decisions.empty())
            out.add("decisions", decisionsText(selection.decisions));
        if (const auto notes = notesOf(span); !notes.empty())
            out.add("notes", listText(notes));
        return out.take();
    }

    [[nodiscard]] std::vector<QByteArray> notesOf(const SpanFacts &span) const
    {
        std::vector<QByteArray> notes = span.notes;
        if (m_trace.placed(span).start != span.start)
            notes.push_back("The sender's clock was not set; the step is shown where the run "
                            "begins.");
        return notes;
    }

    [[nodiscard]] static StepStatus statusOf(const SpanFacts &span)
    {
        if (span.failure)
            return StepStatus::Failed;
        return span.end ? StepStatus::Completed : StepStatus::Running;
    }

    const Trace &m_trace;
};

ErrorEvent errorOf(const Trace &trace, SpanIndex index)
{
    const SpanFacts &span = trace.spans()[index];
    const Failure &failure = *span.failure;
    ErrorEvent event;
    event.id = errorIdOf(trace.id(), span.id);
    event.executionId = trace.id();
    event.stepId = trace.tree().isContainer(index) ? Field<StepId>::null()
                                                   : Field<StepId>(stepIdOf(trace.id(), span.id));
    event.type = textField(failure.type);
    event.message = failure.message.isEmpty()
                        ? QByteArray("The span says that it failed, but not why.")
                        : failure.message;
    event.stack = textField(failure.stack);
    event.payload = Field<JsonText>::null();
    event.occurredAt = failure.at != 0 ? failure.at : span.end.value_or(span.start);
    return event;
}

} // namespace

std::vector<StepEvent> stepsOf(const Trace &trace)
{
    const StepMaker maker(trace);
    std::vector<StepEvent> steps;
    steps.reserve(trace.tree().steps().size());
    for (const TraceTree::Step &step : trace.tree().steps())
        steps.push_back(maker.make(step, qint64(steps.size()) + 1));
    return steps;
}

std::vector<ErrorEvent> errorsOf(const Trace &trace)
{
    std::vector<ErrorEvent> errors;
    for (const SpanIndex origin : trace.tree().originsOfErrors())
        errors.push_back(errorOf(trace, origin));
    return errors;
}

} // namespace xray::otlp
