// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/payloads.h"

#include "model/otlp/flat_lists.h"
#include "model/otlp/span_body.h"

namespace xray::otlp {

namespace {

/// An attribute that holds a payload, and the name its value gets when it is no object.
struct Place
{
    const char *key;
    const char *name;
};

constexpr std::initializer_list<Place> kInputs{
    {"input.value", "value"},
    {"gen_ai.input.messages", "messages"},
    {"gen_ai.tool.call.arguments", "arguments"},
    {"ai.prompt.messages", "messages"},
    {"ai.prompt", "prompt"},
    {"ai.toolCall.args", "arguments"},
    {"ai.values", "values"},
    {"traceloop.entity.input", "value"},
    {"langfuse.observation.input", "value"},
};

constexpr std::initializer_list<Place> kOutputs{
    {"output.value", "value"},
    {"gen_ai.output.messages", "messages"},
    {"gen_ai.tool.call.result", "result"},
    {"ai.response.object", "object"},
    {"ai.toolCall.result", "result"},
    {"traceloop.entity.output", "value"},
    {"langfuse.observation.output", "value"},
};

bool isObjectText(const JsonText &json)
{
    return json.startsWith('{');
}

bool hasMember(const JsonText &object, const char *key)
{
    TextReader reader;
    return !object.isEmpty() && exists(reader.read(viewOf(object))[key]);
}

/// An object as it is; a text as "text", everything else under the name.
JsonText wrapped(const JsonText &json, const char *name)
{
    if (json.isEmpty() || isObjectText(json))
        return json;
    ObjectWriter out;
    const bool isPlainText = json.startsWith('"') && qstrcmp(name, "value") == 0;
    out.raw(isPlainText ? "text" : name, json);
    return out.take();
}

JsonText firstOf(const Value &attributes, std::initializer_list<Place> places, TextReader &reader)
{
    for (const Place &place : places) {
        const JsonText found = unwrapped(attributes[place.key], reader);
        if (!found.isEmpty())
            return wrapped(found, place.name);
    }
    return {};
}

// ---- documents -----------------------------------------------------------------------------

std::vector<Document> flattenedDocuments(const Value &attributes, std::string_view prefix)
{
    std::vector<Document> documents;
    TextReader reader;
    const JsonText list = foldedList(attributes, prefix);
    if (list.isEmpty())
        return documents;
    forEachElement(reader.read(viewOf(list)),
                   [&](const Value &item) { documents.push_back(documentOf(item)); });
    return documents;
}

/// A list that is an attribute: an array, or its JSON.
std::vector<Document> listedDocuments(const Value &list)
{
    std::vector<Document> documents;
    TextReader reader;
    const JsonText json = unwrapped(list, reader);
    if (json.isEmpty())
        return documents;
    forEachElement(reader.read(viewOf(json)),
                   [&](const Value &item) { documents.push_back(documentOf(item)); });
    return documents;
}

/// The AI SDK ranks by the places of the documents it was given.
std::vector<Document> rankedDocuments(const Value &ranking, const std::vector<Document> &given)
{
    std::vector<Document> documents;
    TextReader reader;
    const JsonText json = unwrapped(ranking, reader);
    if (json.isEmpty())
        return documents;
    forEachElement(reader.read(viewOf(json)), [&](const Value &item) {
        const auto place = numberOf(item["index"]);
        const bool isKnown = place && *place >= 0 && *place < double(given.size());
        Document document = isKnown ? given[std::size_t(*place)] : Document{};
        document.score = numberOf(item["relevanceScore"]);
        documents.push_back(std::move(document));
    });
    return documents;
}

// ---- messages of events and logs -----------------------------------------------------------

enum class MessageSide { Neither, Input, Output };

MessageSide sideOf(std::string_view eventName)
{
    if (eventName == "gen_ai.choice")
        return MessageSide::Output;
    const bool isMessage = eventName.starts_with("gen_ai.") && eventName.ends_with(".message");
    return isMessage ? MessageSide::Input : MessageSide::Neither;
}

/// "gen_ai.user.message" is a message of the user.
QByteArray roleOfEvent(std::string_view eventName)
{
    const std::size_t begin = std::string_view("gen_ai.").size();
    return viewOf(eventName.substr(begin, eventName.rfind('.') - begin)).toByteArray();
}

/// The members of the body with the role that the event's name says, unless they say one.
JsonText messageOf(std::string_view eventName, const Value &body)
{
    AttributeTable message(kMaxAttributes);
    if (sideOf(eventName) == MessageSide::Input) {
        JsonText role;
        appendJsonString(role, roleOfEvent(eventName));
        message.add("role", role);
    }
    if (!isObject(body) && exists(body))
        message.add("content", jsonOf(body));
    forEachMember(body, [&](std::string_view key, const Value &value) {
        if (!key.starts_with("gen_ai.") && key != "event.name")
            message.add(viewOf(key).toByteArray(), jsonOf(value));
    });
    const JsonText text = message.take();
    return text.isEmpty() ? JsonText("{}") : text;
}

void addMessage(SpanLogs &logs, std::string_view eventName, const Value &body)
{
    switch (sideOf(eventName)) {
    case MessageSide::Input:
        logs.inputs.push_back(messageOf(eventName, body));
        break;
    case MessageSide::Output:
        logs.outputs.push_back(messageOf(eventName, body));
        break;
    case MessageSide::Neither:
        break;
    }
}

/// The elements of the JSON array in an attribute, as messages.
void addElements(std::vector<JsonText> &messages, const Value &attribute)
{
    TextReader reader;
    const JsonText json = unwrapped(attribute, reader);
    if (json.isEmpty())
        return;
    forEachElement(reader.read(viewOf(json)),
                   [&](const Value &message) { messages.push_back(jsonOf(message)); });
}

SpanLogs messagesOfEvents(const Value &span)
{
    SpanLogs messages;
    forEachElement(span["events"], [&](const Value &event) {
        const QByteArray name = bytesOf(event["name"]);
        addMessage(messages, viewOf(name), event["attributes"]);
    });
    return messages;
}

JsonText messagesText(const std::vector<JsonText> &messages)
{
    if (messages.empty())
        return {};
    JsonText list = "[";
    for (const JsonText &message : messages) {
        list += list.size() > 1 ? "," : "";
        list += message;
    }
    return withMember({}, "messages", list + ']');
}

// ---- input, output, reasoning --------------------------------------------------------------

/// Whether LangChain wrote its own objects, constructors and all: what they say is hard to find.
bool isDumpOfLangChain(const JsonText &payload)
{
    return payload.contains(R"("lc":1,)") || payload.contains(R"("lc": 1,)");
}

/// The messages in flattened attributes where the payload says nothing, or nothing readable.
JsonText readable(const JsonText &payload, const Value &attributes, std::string_view messages)
{
    if (!payload.isEmpty() && !isDumpOfLangChain(payload))
        return payload;
    const JsonText folded = withMember({}, "messages", foldedList(attributes, messages));
    return folded.isEmpty() ? payload : folded;
}

JsonText inputOf(const Value &attributes, const SpanLogs &events, const SpanLogs &logs)
{
    TextReader reader;
    JsonText input =
        readable(firstOf(attributes, kInputs, reader), attributes, "llm.input_messages");
    if (input.isEmpty())
        input = messagesText(events.inputs.empty() ? logs.inputs : events.inputs);
    input =
        withMember(input, "system", unwrapped(attributes["gen_ai.system_instructions"], reader));
    input = withMember(input, "query", unwrapped(attributes["reranker.query"], reader));
    input = withMember(input, "documents", foldedList(attributes, "reranker.input_documents"));
    return withMember(input, "documents", unwrapped(attributes["ai.documents"], reader));
}

/// What the AI SDK spreads over several attributes.
JsonText aiSdkResponse(const Value &attributes, TextReader &reader)
{
    JsonText output;
    if (const auto text = textOf(attributes["ai.response.text"])) {
        JsonText json;
        appendJsonString(json, viewOf(*text));
        output = withMember(output, "text", json);
    }
    output =
        withMember(output, "tool_calls", unwrapped(attributes["ai.response.toolCalls"], reader));
    return withMember(output, "ranking", unwrapped(attributes["ai.ranking"], reader));
}

JsonText outputOf(const Value &attributes, const SpanLogs &events, const SpanLogs &logs)
{
    TextReader reader;
    JsonText output = firstOf(attributes, kOutputs, reader);
    if (output.isEmpty())
        output = aiSdkResponse(attributes, reader);
    output = readable(output, attributes, "llm.output_messages");
    if (output.isEmpty())
        output = messagesText(events.outputs.empty() ? logs.outputs : events.outputs);
    output = withMember(output, "documents", foldedList(attributes, "retrieval.documents"));
    output = withMember(output, "documents", foldedList(attributes, "reranker.output_documents"));
    return withMember(output, "documents",
                      unwrapped(attributes["gen_ai.retrieval.documents"], reader));
}

/// The parts of messages in which a model thinks.
QByteArray thoughtsIn(const Value &output)
{
    QByteArray thoughts;
    forEachElement(output["messages"], [&](const Value &message) {
        forEachElement(message["parts"], [&](const Value &part) {
            const QByteArray type = bytesOf(part["type"]);
            if (type != "reasoning" && type != "thinking")
                return;
            thoughts += thoughts.isEmpty() ? "" : "\n";
            thoughts += bytesOf(part["content"]) + bytesOf(part["text"]);
        });
    });
    return thoughts;
}

QByteArray reasoningOf(const Value &attributes, const JsonText &outputText)
{
    for (const char *key : {"ai.response.reasoning", "gen_ai.evaluation.explanation"}) {
        if (const QByteArray said = bytesOf(attributes[key]); !said.isEmpty())
            return said;
    }
    if (outputText.isEmpty())
        return {};
    TextReader reader;
    const Value output = reader.read(viewOf(outputText));
    for (const char *key : {"reasoning", "explanation"}) {
        if (const QByteArray said = bytesOf(output[key]); !said.isEmpty())
            return said;
    }
    return thoughtsIn(output);
}

} // namespace

JsonText withMember(const JsonText &object, const char *key, const JsonText &value)
{
    if (value.isEmpty() || hasMember(object, key))
        return object;
    JsonText out = object.isEmpty() ? JsonText("{") : object.chopped(1);
    if (out.size() > 1)
        out += ',';
    out += '"';
    out += key;
    out += "\":";
    return out + value + '}';
}

Payloads payloadsOf(const Value &span, const SpanLogs &logs)
{
    const Value attributes = span["attributes"];
    const SpanLogs events = messagesOfEvents(span);
    Payloads payloads;
    payloads.input = inputOf(attributes, events, logs);
    payloads.output = outputOf(attributes, events, logs);
    payloads.reasoning = reasoningOf(attributes, payloads.output);
    return payloads;
}

void addLog(SpanLogs &logs, const Value &log)
{
    const QByteArray name = bytesOf(log["eventName"]);
    addMessage(logs, viewOf(name), log["body"]);
    addElements(logs.inputs, log["attributes"]["gen_ai.input.messages"]);
    addElements(logs.outputs, log["attributes"]["gen_ai.output.messages"]);
}

DocumentLists documentsOf(const Value &attributes)
{
    DocumentLists lists;
    lists.in = flattenedDocuments(attributes, "reranker.input_documents");
    lists.out = flattenedDocuments(attributes, "reranker.output_documents");
    if (lists.in.empty())
        lists.in = listedDocuments(attributes["ai.documents"]);
    if (lists.out.empty())
        lists.out = rankedDocuments(attributes["ai.ranking"], lists.in);
    if (lists.out.empty())
        lists.out = flattenedDocuments(attributes, "retrieval.documents");
    if (lists.out.empty())
        lists.out = listedDocuments(attributes["gen_ai.retrieval.documents"]);
    return lists;
}

} // namespace xray::otlp
