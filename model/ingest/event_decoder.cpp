// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_decoder.h"

#include "model/ingest/event_reader.h"
#include "model/ingest/json_document.h"

namespace xray::ingest {

namespace {

namespace ondemand = simdjson::ondemand;

/// The thread's document with `json` in it, trimmed when the decoding of it is over.
class LoadedDocument
{
public:
    LoadedDocument(QByteArrayView json, int maxDepth)
        : m_document(JsonDocument::ofThisThread())
        , m_loaded(m_document.load(json, maxDepth))
    {
    }
    LoadedDocument(const LoadedDocument &) = delete;
    LoadedDocument &operator=(const LoadedDocument &) = delete;
    ~LoadedDocument() { m_document.trim(); }

    [[nodiscard]] const Result<> &loaded() const { return m_loaded; }
    JsonDocument *operator->() { return &m_document; }

private:
    JsonDocument &m_document;
    Result<> m_loaded;
};

Error notAnObject()
{
    return {ErrorCode::InvalidJson, QStringLiteral("A JSON object was expected.")};
}

Error tooMany(int maxEvents)
{
    return {ErrorCode::TooLarge, QStringLiteral("A request may bring at most %1 events; send the "
                                                "rest in another one.")
                                     .arg(maxEvents)};
}

/// Has `read` make of the one object in `json` what it can.
template<class Read>
auto decodeObject(QByteArrayView json, int maxDepth, Read &&read)
    -> decltype(read(simdjson::dom::element(), ondemand::object()))
{
    LoadedDocument document(json, maxDepth);
    if (!document.loaded())
        return document.loaded().error();
    if (!document->root().is_object())
        return notAnObject();
    auto reader = document->reader();
    return read(document->root(), reader.get_object().value_unsafe());
}

// Calls `read(element of the tree, object of the reader)` for each element of an array, in order.
// A tree element that is no object comes with an empty reader object.
template<class Read>
Result<> readElements(LoadedDocument &document, Read &&read)
{
    simdjson::dom::array tree;
    if (document->root().get_array().get(tree))
        return Error{ErrorCode::InvalidJson, QStringLiteral("A JSON array was expected.")};
    auto looked = tree.begin();
    auto reader = document->reader();
    for (auto element : reader.get_array()) {
        ondemand::object object;
        if ((*looked).is_object())
            object = element.get_object().value_unsafe();
        if (auto done = read(*looked, object); !done)
            return done;
        ++looked;
    }
    return Success{};
}

Result<std::vector<StepEvent>> decodeStepArray(LoadedDocument &document)
{
    std::vector<StepEvent> steps;
    const auto readOne = [&](simdjson::dom::element looked, ondemand::object object) -> Result<> {
        auto step = looked.is_object() ? readStep(object) : Result<StepEvent>(notAnObject());
        if (!step) {
            step.error().line = static_cast<int>(steps.size()) + 1;
            return step.error();
        }
        steps.push_back(*std::move(step));
        return Success{};
    };
    if (auto read = readElements(document, readOne); !read)
        return read.error();
    return steps;
}

std::size_t sizeOfArray(simdjson::dom::element root)
{
    simdjson::dom::array array;
    if (root.get_array().get(array))
        return 0;
    // size() stops counting at 2^24, far above any limit on events.
    return array.size();
}

void add(DecodedBatch &batch, Result<Event> event, int line)
{
    if (event) {
        batch.events.push_back(*std::move(event));
        batch.lines.push_back(line);
        return;
    }
    event.error().line = line;
    batch.refused.push_back(std::move(event).error());
}

Result<DecodedBatch> decodeBatchArray(QByteArrayView body, int maxEvents, int maxDepth)
{
    LoadedDocument document(body, maxDepth);
    if (!document.loaded())
        return document.loaded().error();
    if (sizeOfArray(document->root()) > static_cast<std::size_t>(maxEvents))
        return tooMany(maxEvents);
    DecodedBatch batch;
    int line = 0;
    const auto readOne = [&](simdjson::dom::element looked, ondemand::object object) -> Result<> {
        add(batch, readOperation(looked, object, BatchOps::Public), ++line);
        return Success{};
    };
    if (auto read = readElements(document, readOne); !read)
        return read.error();
    return batch;
}

Result<DecodedBatch> decodeBatchLines(QByteArrayView body, int maxEvents, int maxDepth)
{
    DecodedBatch batch;
    int line = 0;
    while (!body.isEmpty()) {
        const qsizetype newline = body.indexOf('\n');
        const QByteArrayView text = newline < 0 ? body : body.first(newline);
        body = newline < 0 ? QByteArrayView() : body.sliced(newline + 1);
        ++line;
        if (text.trimmed().isEmpty())
            continue;
        if (batch.events.size() + batch.refused.size() == static_cast<std::size_t>(maxEvents))
            return tooMany(maxEvents);
        add(batch, decodeBatchLine(text, BatchOps::Public, maxDepth), line);
    }
    return batch;
}

} // namespace

Result<ExecutionEvent> decodeExecution(QByteArrayView json, int maxDepth)
{
    return decodeObject(json, maxDepth, [](simdjson::dom::element, ondemand::object object) {
        return readExecution(object, {});
    });
}

Result<ExecutionEvent> decodeExecutionUpdate(QByteArrayView json, ExecutionId id, int maxDepth)
{
    const auto read = [](simdjson::dom::element, ondemand::object object) {
        ExecutionEvent update;
        update.kind = ExecutionEvent::Kind::Update;
        return readExecution(object, update);
    };
    auto event = decodeObject(json, maxDepth, read);
    if (!event)
        return event;
    if (event->id && *event->id != id)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("id differs from the one in the address."),
                     QStringLiteral("id")};
    event->id = id;
    return event;
}

Result<std::vector<StepEvent>> decodeSteps(QByteArrayView json, int maxEvents, int maxDepth)
{
    LoadedDocument document(json, maxDepth);
    if (!document.loaded())
        return document.loaded().error();
    if (document->root().is_array()) {
        const std::size_t size = sizeOfArray(document->root());
        if (size == 0)
            return Error{ErrorCode::InvalidJson, QStringLiteral("The array has no steps.")};
        return size > static_cast<std::size_t>(maxEvents) ? tooMany(maxEvents)
                                                          : decodeStepArray(document);
    }
    if (!document->root().is_object())
        return notAnObject();
    auto reader = document->reader();
    auto step = readStep(reader.get_object().value_unsafe());
    if (!step)
        return step.error();
    return std::vector<StepEvent>{*std::move(step)};
}

Result<ErrorEvent> decodeError(QByteArrayView json, int maxDepth)
{
    return decodeObject(json, maxDepth, [](simdjson::dom::element, ondemand::object object) {
        return readError(object);
    });
}

Result<Event> decodeBatchLine(QByteArrayView json, BatchOps ops, int maxDepth)
{
    return decodeObject(json, maxDepth,
                        [ops](simdjson::dom::element looked, ondemand::object object) {
                            return readOperation(looked, object, ops);
                        });
}

Result<DecodedBatch> decodeBatch(QByteArrayView body, int maxEvents, int maxDepth)
{
    const QByteArrayView text = body.startsWith("\xef\xbb\xbf") ? body.sliced(3) : body;
    const QByteArrayView start = text.trimmed();
    if (start.isEmpty())
        return Error{ErrorCode::InvalidJson,
                     QStringLiteral("The body is empty; operations were expected.")};
    return start.startsWith('[') ? decodeBatchArray(text, maxEvents, maxDepth)
                                 : decodeBatchLines(text, maxEvents, maxDepth);
}

} // namespace xray::ingest
