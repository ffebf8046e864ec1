// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/mapper.h"

#include "model/otlp/span_body.h"
#include "model/otlp/trace_tree.h"

#include <QCryptographicHash>
#include <QHash>
#include <QtEndian>

#include <algorithm>
#include <cmath>
#include <set>

namespace xray::otlp {

namespace {

constexpr TimeNs kEarliestClock = 946684800 * kNsPerSecond; // 2000-01-01: before, no clock was set
constexpr qsizetype kMaxPayloadOfRun = 16 * 1024;           // bytes; lists of runs read metadata
constexpr std::size_t kMaxMissingNamed = 20;
constexpr std::size_t kMaxTags = 64;
constexpr std::size_t kMaxServices = 64;

// ---- ids -----------------------------------------------------------------------------------

/// A UUID of version 8 (RFC 9562): the same for the same name.
Uuid uuidOf(QByteArrayView purpose, ExecutionId run, quint64 spanId)
{
    const quint64 id = qToBigEndian(spanId);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(purpose);
    hash.addData(QByteArrayView(run.uuid().bytes()));
    hash.addData(QByteArrayView(reinterpret_cast<const char *>(&id), sizeof(id)));
    const QByteArray digest = hash.result();
    Uuid::Bytes bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    bytes[6] = std::uint8_t((bytes[6] & 0x0f) | 0x80);
    bytes[8] = std::uint8_t((bytes[8] & 0x3f) | 0x80);
    return Uuid(bytes);
}

// ---- the input -----------------------------------------------------------------------------

/// The logs of each span, in order of time.
QHash<quint64, SpanLogs> logsOf(const std::vector<StoredSpan> &spans)
{
    std::vector<const StoredSpan *> records;
    for (const StoredSpan &stored : spans) {
        if (stored.span.kind == SpanKind::Log)
            records.push_back(&stored);
    }
    std::ranges::stable_sort(records, {}, [](const StoredSpan *record) {
        return std::pair(record->span.endedAt, record->arrival);
    });
    QHash<quint64, SpanLogs> logs;
    TextReader reader;
    for (const StoredSpan *record : records)
        addLog(logs[record->span.spanId], reader.read(viewOf(record->span.body))["log"]);
    return logs;
}

/// Of a span that came twice, the one that ended later.
void keepLatest(std::vector<SpanFacts> &spans)
{
    const auto key = [](const SpanFacts &span) {
        return std::tuple(span.id, -span.end.value_or(0), -span.arrival);
    };
    std::ranges::sort(spans, {}, key);
    const auto repeated = std::ranges::unique(spans, {}, &SpanFacts::id);
    spans.erase(repeated.begin(), repeated.end());
}

std::vector<SpanFacts> factsOf(const std::vector<StoredSpan> &stored, const MappingRules &rules)
{
    const QHash<quint64, SpanLogs> logs = logsOf(stored);
    SpanFactsReader reader(rules);
    std::vector<SpanFacts> spans;
    for (const StoredSpan &span : stored) {
        if (span.span.kind != SpanKind::Span)
            continue;
        if (auto facts = reader.read(span, logs.value(span.span.spanId)))
            spans.push_back(*std::move(facts));
    }
    keepLatest(spans);
    sortSpans(spans);
    return spans;
}

// ---- rules ---------------------------------------------------------------------------------

bool fits(const SpanPattern &pattern, const SpanFacts &span, const QString &name)
{
    return (!pattern.role || *pattern.role == span.finding.role) &&
           (pattern.service.isEmpty() || pattern.service == span.claims.service) &&
           pattern.name.match(name).hasMatch();
}

QByteArray renamed(const std::vector<NameRule> &rules, const SpanFacts &span,
                   const QByteArray &name)
{
    if (rules.empty())
        return name;
    QString text = QString::fromUtf8(name);
    for (const NameRule &rule : rules) {
        if (!fits(rule.where, span, text))
            continue;
        const QByteArray replaced = text.replace(rule.where.name, rule.name).toUtf8();
        return replaced.isEmpty() ? name : replaced;
    }
    return name;
}

std::optional<StepType> ruledType(const std::vector<TypeRule> &rules, const SpanFacts &span)
{
    if (rules.empty())
        return std::nullopt;
    const QString name = QString::fromUtf8(span.name);
    const auto rule = std::ranges::find_if(
        rules, [&](const TypeRule &candidate) { return fits(candidate.where, span, name); });
    return rule == rules.end() ? std::nullopt : std::optional(rule->type);
}

// ---- steps ---------------------------------------------------------------------------------

Field<JsonText> payloadField(const JsonText &payload)
{
    return payload.isEmpty() ? Field<JsonText>::null() : Field<JsonText>(payload);
}

Field<QByteArray> textField(const QByteArray &text)
{
    return text.isEmpty() ? Field<QByteArray>::null() : Field<QByteArray>(text);
}

JsonText stringText(const QByteArray &text)
{
    JsonText out;
    appendJsonString(out, text);
    return out;
}

JsonText numberText(double number)
{
    JsonText out;
    appendJsonNumber(out, number);
    return out;
}

JsonText listText(const std::vector<QByteArray> &texts)
{
    JsonText out = "[";
    for (const QByteArray &text : texts) {
        out += out.size() > 1 ? "," : "";
        appendJsonString(out, text);
    }
    return out + ']';
}

/// When a step is shown to have run.
struct Interval
{
    TimeNs start = 0;
    std::optional<TimeNs> end;
};

class TraceBuilder
{
public:
    TraceBuilder(ExecutionId id, std::vector<SpanFacts> spans, const MappingRules &rules)
        : m_id(id)
        , m_spans(std::move(spans))
        , m_tree(m_spans)
        , m_rules(rules)
    {
    }

    MappedTrace build()
    {
        m_start = startOfRun();
        MappedTrace mapped;
        mapped.run = run();
        for (const TraceTree::Step &step : m_tree.steps())
            mapped.steps.push_back(stepEvent(step, qint64(mapped.steps.size()) + 1));
        for (const SpanIndex origin : m_tree.originsOfErrors())
            mapped.errors.push_back(errorEvent(m_spans[origin], origin));
        return mapped;
    }

private:
    // ---- the run
    [[nodiscard]] const SpanFacts *root() const
    {
        return m_tree.root() ? &m_spans[*m_tree.root()] : nullptr;
    }

    [[nodiscard]] TimeNs startOfRun() const
    {
        if (root() && root()->start >= kEarliestClock)
            return root()->start;
        const auto sane = std::ranges::find_if(
            m_spans, [](const SpanFacts &span) { return span.start >= kEarliestClock; });
        return sane == m_spans.end() ? m_spans.front().start : sane->start;
    }

    /// What the root says, or else the first span that says something.
    [[nodiscard]] QByteArray claim(QByteArray TraceClaims::*what) const
    {
        if (root() && !(root()->claims.*what).isEmpty())
            return root()->claims.*what;
        const auto claimant = std::ranges::find_if(
            m_spans, [&](const SpanFacts &span) { return !(span.claims.*what).isEmpty(); });
        return claimant == m_spans.end() ? QByteArray() : claimant->claims.*what;
    }

    [[nodiscard]] QByteArray nameOfRoot() const
    {
        for (const QByteArray &name : {root()->claims.workflowName, root()->claims.entityName,
                                       root()->claims.functionName, bareName(root()->name)}) {
            if (!name.isEmpty())
                return name;
        }
        return root()->name;
    }

    [[nodiscard]] static QByteArray bareName(QByteArray name)
    {
        for (const char *prefix : {"invoke_workflow ", "invoke_agent ", "execute_tool "}) {
            if (name.startsWith(prefix))
                name.remove(0, qsizetype(qstrlen(prefix)));
        }
        for (const char *suffix : {".workflow", ".agent", ".task", ".tool"}) {
            if (name.endsWith(suffix))
                name.chop(qsizetype(qstrlen(suffix)));
        }
        return name;
    }

    [[nodiscard]] QByteArray nameWithoutRoot() const
    {
        const auto named = std::ranges::find_if(m_spans, [](const SpanFacts &span) {
            return !span.claims.outerName.isEmpty() && span.claims.agentName.isEmpty();
        });
        if (named != m_spans.end())
            return named->claims.outerName;
        const QByteArray service = claim(&TraceClaims::service);
        return (service.isEmpty() ? "trace " + traceIdText(m_id).left(8) : service) +
               " (root span missing)";
    }

    [[nodiscard]] QByteArray pipelineName() const
    {
        QByteArray name = claim(&TraceClaims::traceName);
        if (name.isEmpty())
            name = root() ? nameOfRoot() : nameWithoutRoot();
        return renamed(m_rules.pipelines, root() ? *root() : m_spans.front(), name);
    }

    [[nodiscard]] RunStatus runStatus() const
    {
        if (!root() || !root()->end)
            return RunStatus::Running;
        return root()->failure ? RunStatus::Failed : RunStatus::Completed;
    }

    [[nodiscard]] std::vector<QByteArray> tags() const
    {
        std::vector<QByteArray> tags;
        for (const SpanFacts &span : m_spans) {
            for (const QByteArray &tag : span.claims.tags) {
                if (tags.size() < kMaxTags && std::ranges::find(tags, tag) == tags.end())
                    tags.push_back(tag);
            }
        }
        return tags;
    }

    ExecutionEvent run() const
    {
        ExecutionEvent run;
        run.id = m_id;
        run.source = Source::Otlp;
        run.pipelineName = pipelineName();
        run.environment = textField(claim(&TraceClaims::environment));
        run.session = textField(claim(&TraceClaims::session));
        run.tags = tags();
        run.status = runStatus();
        run.startedAt = m_start;
        run.endedAt = Field<TimeNs>::null();
        run.duration = Field<DurationNs>::null();
        if (root() && root()->end) {
            run.endedAt = *placed(*root()).end;
            run.duration = *root()->end - root()->start;
        }
        run.metadata = metadata();
        return run;
    }

    // ---- metadata
    [[nodiscard]] std::vector<QByteArray> services() const
    {
        std::set<QByteArray> services;
        for (const SpanFacts &span : m_spans) {
            if (!span.claims.service.isEmpty() && services.size() < kMaxServices)
                services.insert(span.claims.service);
        }
        return {services.begin(), services.end()};
    }

    /// What has not come: the root, and spans that others name as their parent.
    [[nodiscard]] std::vector<QByteArray> missing() const
    {
        std::vector<QByteArray> missing;
        if (!root())
            missing.push_back("root span");
        for (const quint64 parent : m_tree.missingParents()) {
            if (missing.size() <= kMaxMissingNamed)
                missing.push_back("span " + spanIdText(parent));
        }
        return missing;
    }

    [[nodiscard]] double sumOf(QByteArrayView figure) const
    {
        double sum = 0;
        for (SpanIndex i = 0; i < m_spans.size(); ++i) {
            if (m_tree.isInnermostCall(i))
                sum += m_spans[i].figures.find(figure).value_or(0);
        }
        return sum;
    }

    /// A payload that is too large stays with the root span.
    [[nodiscard]] static JsonText shownWithRun(const JsonText &payload)
    {
        if (payload.size() <= kMaxPayloadOfRun)
            return payload;
        return "{\"cut\":true,\"bytes\":" + QByteArray::number(payload.size()) + '}';
    }

    [[nodiscard]] JsonText metadata() const
    {
        JsonText out;
        if (root()) {
            out = withMember(out, "input", shownWithRun(root()->payloads.input));
            out = withMember(out, "output", shownWithRun(root()->payloads.output));
        }
        out = withMember(out, "trace_id", stringText(traceIdText(m_id)));
        out = withMember(out, "services", listText(services()));
        const bool hasAi = std::ranges::any_of(
            m_spans, [](const SpanFacts &span) { return isAboutModels(span.finding); });
        out = withMember(out, "has_ai", hasAi ? "true" : "false");
        for (const char *figure : {"input_tokens", "output_tokens", "cost_usd"}) {
            if (const double sum = sumOf(figure); sum > 0 && std::isfinite(sum))
                out = withMember(out, figure, numberText(sum));
        }
        const std::vector<QByteArray> gone = missing();
        return gone.empty() ? out : withMember(out, "missing", listText(gone));
    }

    // ---- steps
    /// A span whose clock was not set is shown where the run begins.
    [[nodiscard]] Interval placed(const SpanFacts &span) const
    {
        if (span.start >= kEarliestClock || m_start < kEarliestClock || !span.end)
            return {std::max(span.start, span.end ? span.start : m_start), span.end};
        TimeNs end = 0;
        if (__builtin_add_overflow(m_start, *span.end - span.start, &end))
            end = m_start;
        return {m_start, end};
    }

    [[nodiscard]] std::pair<StepType, TypeSource> typeOf(SpanIndex index) const
    {
        const SpanFacts &span = m_spans[index];
        if (const auto type = ruledType(m_rules.types, span))
            return {*type, TypeSource::Rule};
        if (const auto type = typeOfRole(span.finding.role))
            return {*type, TypeSource::Role};
        if (const auto type = typeOfNames(span.names))
            return {*type, TypeSource::Name};
        if (m_tree.callsModel(index))
            return {StepType::Llm, TypeSource::Descendant};
        return {StepType::Other, TypeSource::Default};
    }

    [[nodiscard]] bool isPlumbing(const TraceTree::Step &step) const
    {
        const SpanFacts &span = m_spans[step.span];
        const SpanRole role = span.finding.role;
        if (role == SpanRole::Prompt || isPlumbingName(viewOf(span.name)))
            return true;
        const bool isCall =
            span.side == SpanSide::Client && (role == SpanRole::Http || role == SpanRole::Database);
        return isCall && step.parent && m_spans[*step.parent].finding.role != SpanRole::Chain;
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
        if (placed(span).start != span.start)
            notes.push_back("The sender's clock was not set; the step is shown where the run "
                            "begins.");
        return notes;
    }

    StepEvent stepEvent(const TraceTree::Step &step, qint64 index) const
    {
        const SpanFacts &span = m_spans[step.span];
        const auto [type, source] = typeOf(step.span);
        const Selection selection = selectionOfStep(span, type);
        const Interval interval = placed(span);
        StepEvent event;
        event.id = stepIdOf(m_id, span.id);
        event.executionId = m_id;
        event.parentId = step.parent ? Field<StepId>(stepIdOf(m_id, m_spans[*step.parent].id))
                                     : Field<StepId>::null();
        event.index = index;
        event.name = renamed(m_rules.steps, span, span.name);
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

    [[nodiscard]] static StepStatus statusOf(const SpanFacts &span)
    {
        if (span.failure)
            return StepStatus::Failed;
        return span.end ? StepStatus::Completed : StepStatus::Running;
    }

    // ---- errors
    ErrorEvent errorEvent(const SpanFacts &span, SpanIndex index) const
    {
        const Failure &failure = *span.failure;
        ErrorEvent event;
        event.id = errorIdOf(m_id, span.id);
        event.executionId = m_id;
        event.stepId = m_tree.isContainer(index) ? Field<StepId>::null()
                                                 : Field<StepId>(stepIdOf(m_id, span.id));
        event.type = textField(failure.type);
        event.message = failure.message.isEmpty()
                            ? QByteArray("The span says that it failed, but not why.")
                            : failure.message;
        event.stack = textField(failure.stack);
        event.payload = Field<JsonText>::null();
        event.occurredAt = failure.at != 0 ? failure.at : span.end.value_or(span.start);
        return event;
    }

    ExecutionId m_id;
    std::vector<SpanFacts> m_spans;
    TraceTree m_tree;
    const MappingRules &m_rules;
    TimeNs m_start = 0;
};

class Mapper : public TraceMapper
{
public:
    explicit Mapper(MappingRules rules)
        : m_rules(std::move(rules))
    {
    }

    [[nodiscard]] MappedTrace map(ExecutionId id,
                                  const std::vector<StoredSpan> &spans) const override
    {
        std::vector<SpanFacts> facts = factsOf(spans, m_rules);
        if (facts.empty()) {
            MappedTrace nothing;
            nothing.run.id = id;
            nothing.run.source = Source::Otlp;
            return nothing;
        }
        return TraceBuilder(id, std::move(facts), m_rules).build();
    }

private:
    MappingRules m_rules;
};

} // namespace

std::unique_ptr<TraceMapper> makeMapper(MappingRules rules)
{
    return std::make_unique<Mapper>(std::move(rules));
}

StepId stepIdOf(ExecutionId run, quint64 spanId)
{
    return StepId(uuidOf("xray.step", run, spanId));
}

ErrorId errorIdOf(ExecutionId run, quint64 spanId)
{
    return ErrorId(uuidOf("xray.error", run, spanId));
}

} // namespace xray::otlp
