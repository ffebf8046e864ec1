// SPDX-License-Identifier: GPL-3.0-or-later
// Traces in the making, for tests of what spans mean, and how what came of them is read.
#pragma once

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

#include <QJsonObject>
#include <QStringList>

namespace xray::test {

inline constexpr const char *kTrace = "0af7651916cd43dd8448eb211c80319c";
inline constexpr qint64 kBegin = 1795326724000000000;

/// A span in the making, in OTLP JSON.
struct SpanText
{
    int id = 1;
    int parent = 0;
    QByteArray name = "span";
    QByteArray attributes = {}; ///< JSON object with texts, numbers and texts that are JSON
    qint64 startMs = 0;
    qint64 endMs = 10;
    QByteArray more = {}; ///< further members, with a comma before
};

/// 16 digits.
[[nodiscard]] QByteArray idText(int id);
/// The attributes of a JSON object as a list of OTLP.
[[nodiscard]] QByteArray attributesText(const QByteArray &object);
[[nodiscard]] ExecutionId runId();

[[nodiscard]] std::vector<StoredSpan> stored(const otlp::DecodedTraces &decoded, qint64 after = 0);
[[nodiscard]] std::vector<StoredSpan> spansOf(const std::vector<SpanText> &texts);
[[nodiscard]] MappedTrace mapped(const std::vector<StoredSpan> &spans);
[[nodiscard]] MappedTrace mapped(const std::vector<SpanText> &texts);

[[nodiscard]] QJsonObject objectOf(const Field<JsonText> &payload);
/// "dropped Lid (price), kept Bottle 0.9": the decisions of a step.
[[nodiscard]] QString decisionsOf(const StepEvent &step);
[[nodiscard]] QStringList namesOf(const MappedTrace &run);
[[nodiscard]] StepOrigin originOf(const StepEvent &step);

} // namespace xray::test
