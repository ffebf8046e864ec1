// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/span_facts.h"

namespace xray::otlp {

namespace {

constexpr qint64 kRemoteParentFlag = 0x200; // SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK of trace.proto
constexpr qint64 kServerKind = 2;
constexpr qint64 kClientKind = 3;
constexpr qint64 kStatusOk = 1;
constexpr qint64 kStatusError = 2;

qint64 integerOf(const Value &value)
{
    std::int64_t number = 0;
    return value.get_int64().get(number) ? 0 : number;
}

quint64 spanIdIn(const Value &value)
{
    return bytesOf(value).toULongLong(nullptr, 16);
}

/// The first of the attributes that is a text.
QByteArray firstText(const Value &attributes, std::initializer_list<const char *> keys)
{
    for (const char *key : keys) {
        if (QByteArray text = bytesOf(attributes[key]); !text.isEmpty())
            return text;
    }
    return {};
}

SpanSide sideOf(qint64 kind)
{
    if (kind == kServerKind)
        return SpanSide::Server;
    return kind == kClientKind ? SpanSide::Client : SpanSide::Other;
}

// ---- times ---------------------------------------------------------------------------------

void readTimes(SpanFacts &facts, const Value &span)
{
    facts.start = std::max<TimeNs>(integerOf(span["startTimeUnixNano"]), 0);
    const TimeNs end = integerOf(span["endTimeUnixNano"]);
    if (end == 0)
        return;
    facts.end = std::max(end, facts.start);
    if (end < facts.start)
        facts.notes.push_back("The span says that it ended before it started; its duration is "
                              "shown as 0.");
}

void noteDropped(SpanFacts &facts, const Value &span)
{
    const auto note = [&](const char *key, const char *what) {
        if (const qint64 count = integerOf(span[key]); count > 0)
            facts.notes.push_back(QByteArray::number(count) + what +
                                  (count == 1 ? " was" : "s were") + " dropped by the sender.");
    };
    note("droppedAttributesCount", " attribute");
    note("droppedEventsCount", " event");
    note("droppedLinksCount", " link");
}

// ---- failure -------------------------------------------------------------------------------

bool hasFailed(const Value &span, const Value &attributes)
{
    const qint64 status = integerOf(span["status"]["code"]);
    return status == kStatusError || bytesOf(attributes["langfuse.observation.level"]) == "ERROR" ||
           (status != kStatusOk && !bytesOf(attributes["error.type"]).isEmpty());
}

/// The attributes of the last exception that the span recorded, and when.
std::pair<Value, TimeNs> lastException(const Value &span)
{
    std::pair<Value, TimeNs> last{simdjson::NO_SUCH_FIELD, 0};
    forEachElement(span["events"], [&](const Value &event) {
        if (bytesOf(event["name"]) == "exception")
            last = {event["attributes"], integerOf(event["timeUnixNano"])};
    });
    return last;
}

/// The first line is the message; what follows is a stack unless there is a better one.
void splitMessage(Failure &failure)
{
    const qsizetype line = failure.message.indexOf('\n');
    if (line < 0)
        return;
    if (failure.stack.isEmpty())
        failure.stack = failure.message.mid(line + 1);
    while (failure.stack.startsWith('\n')) // LangChain puts an empty line between
        failure.stack.remove(0, 1);
    failure.message.truncate(line);
}

std::optional<Failure> failureOf(const Value &span, const Value &attributes)
{
    if (!hasFailed(span, attributes))
        return std::nullopt;
    const auto [exception, at] = lastException(span);
    Failure failure;
    failure.at = at;
    failure.type = bytesOf(exception["exception.type"]);
    if (failure.type.isEmpty())
        failure.type = bytesOf(attributes["error.type"]);
    failure.message = bytesOf(exception["exception.message"]);
    for (const QByteArray &message : {bytesOf(span["status"]["message"]),
                                      bytesOf(attributes["langfuse.observation.status_message"]),
                                      bytesOf(attributes["error.type"])}) {
        if (failure.message.isEmpty())
            failure.message = message;
    }
    failure.stack = bytesOf(exception["exception.stacktrace"]);
    splitMessage(failure);
    return failure;
}

// ---- what it says of the trace -------------------------------------------------------------

std::vector<QByteArray> tagsOf(const Value &attributes)
{
    std::vector<QByteArray> tags;
    TextReader reader;
    for (const char *key : {"tag.tags", "langfuse.trace.tags"}) {
        const JsonText list = unwrapped(attributes[key], reader);
        if (list.isEmpty())
            continue;
        forEachElement(reader.read(viewOf(list)), [&](const Value &tag) {
            if (const QByteArray text = bytesOf(tag); !text.isEmpty())
                tags.push_back(text);
        });
    }
    return tags;
}

TraceClaims claimsOf(const Value &attributes, const Value &resource)
{
    TraceClaims claims;
    claims.traceName = bytesOf(attributes["langfuse.trace.name"]);
    claims.workflowName = bytesOf(attributes["gen_ai.workflow.name"]);
    claims.entityName = bytesOf(attributes["traceloop.entity.name"]);
    claims.functionName = bytesOf(attributes["ai.telemetry.functionId"]);
    claims.outerName = bytesOf(attributes["traceloop.workflow.name"]);
    claims.agentName = bytesOf(attributes["gen_ai.agent.name"]);
    claims.session =
        firstText(attributes, {"session.id", "gen_ai.conversation.id", "langfuse.session.id",
                               "traceloop.association.properties.session_id",
                               "ai.telemetry.metadata.sessionId"});
    claims.environment = firstText(resource, {"deployment.environment.name",
                                              "deployment.environment", "langfuse.environment"});
    if (claims.environment.isEmpty())
        claims.environment = bytesOf(attributes["langfuse.environment"]);
    claims.service = bytesOf(resource["service.name"]);
    claims.tags = tagsOf(attributes);
    return claims;
}

std::vector<QByteArray> namesOf(const SpanFacts &facts)
{
    std::vector<QByteArray> names;
    for (const QByteArray &name :
         {facts.claims.functionName, facts.claims.agentName, facts.claims.entityName, facts.name}) {
        if (!name.isEmpty())
            names.push_back(name);
    }
    return names;
}

void readIdentity(SpanFacts &facts, const Value &span)
{
    facts.parent = spanIdIn(span["parentSpanId"]);
    facts.hasRemoteParent = (integerOf(span["flags"]) & kRemoteParentFlag) != 0;
    facts.side = sideOf(integerOf(span["kind"]));
    facts.name = bytesOf(span["name"]);
    if (facts.name.isEmpty())
        facts.name = "(unnamed span)";
}

Selection selectedDocuments(const Value &attributes)
{
    const DocumentLists lists = documentsOf(attributes);
    return lists.out.empty() ? Selection{} : selectionOf(lists.in, lists.out);
}

/// How many documents there were, and how good.
void addDocumentFigures(SpanFacts &facts)
{
    std::optional<double> best;
    std::optional<double> worst;
    qint64 count = 0;
    for (const Decision &decision : facts.selection.decisions) {
        if (decision.action != DecisionAction::Selected)
            continue;
        ++count;
        if (const auto score = decision.item.score) {
            best = std::max(best.value_or(*score), *score);
            worst = std::min(worst.value_or(*score), *score);
        }
    }
    if (count > 0)
        facts.figures.add("doc_count", double(count));
    facts.figures.add("doc_score_max", best);
    facts.figures.add("doc_score_min", worst);
}

} // namespace

std::optional<SpanFacts> SpanFactsReader::read(const StoredSpan &stored, const SpanLogs &logs)
{
    const Value body = m_body.read(viewOf(stored.span.body));
    const Value span = body["span"];
    if (!isObject(span))
        return std::nullopt;
    const Value attributes = span["attributes"];
    SpanFacts facts;
    facts.id = stored.span.spanId;
    facts.arrival = stored.arrival;
    readIdentity(facts, span);
    readTimes(facts, span);
    noteDropped(facts, span);
    facts.finding = roleOf(attributes);
    facts.claims = claimsOf(attributes, body["resource"]["attributes"]);
    facts.names = namesOf(facts);
    facts.model =
        firstText(attributes, {"llm.model_name", "gen_ai.response.model", "gen_ai.request.model",
                               "embedding.model_name", "reranker.model_name", "ai.model.id"});
    facts.payloads = payloadsOf(span, logs);
    facts.figures = figuresOf(span, m_output.read(viewOf(facts.payloads.output)), m_rules.metrics);
    facts.selection = selectedDocuments(attributes);
    addDocumentFigures(facts);
    facts.failure = failureOf(span, attributes);
    return facts;
}

} // namespace xray::otlp
