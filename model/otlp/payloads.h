// SPDX-License-Identifier: GPL-3.0-or-later
// What went into a span and what came out, from the places where the conventions put it:
// attributes, flattened attributes, span events, log records. Inner to this layer; pure.
#pragma once

#include "model/otlp/decisions.h"

namespace xray::otlp {

/// The records of a span on /v1/logs, in order of time.
struct SpanLogs
{
    std::vector<JsonText> inputs;  ///< messages
    std::vector<JsonText> outputs; ///< choices
};

/// JSON texts of objects; empty when the span shows none.
struct Payloads
{
    JsonText input;
    JsonText output;
    QByteArray reasoning; ///< what the model thought, or why an evaluator judged so
};

[[nodiscard]] Payloads payloadsOf(const Value &span, const SpanLogs &logs);

/// Takes in the "log" of a stored log record.
void addLog(SpanLogs &logs, const Value &log);

/// The documents that a retrieval found, or that a reranking was given and gave back.
struct DocumentLists
{
    std::vector<Document> in;
    std::vector<Document> out;
};

[[nodiscard]] DocumentLists documentsOf(const Value &attributes);

/// The object with one member more, unless it has one of that name; `object` may be empty.
[[nodiscard]] JsonText withMember(const JsonText &object, const char *key, const JsonText &value);

} // namespace xray::otlp
