// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/otlp/traces.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace xray::test {

namespace {

QByteArray valueText(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? R"({"boolValue":true})" : R"({"boolValue":false})";
    if (value.isDouble())
        return R"({"doubleValue":)" + QByteArray::number(value.toDouble(), 'g', 17) + '}';
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return R"({"stringValue":)" + array.mid(1, array.size() - 2) + '}';
}

QByteArray textOf(const SpanText &span)
{
    const auto time = [](qint64 ms) { return QByteArray::number(kBegin + ms * 1000000); };
    QByteArray out = QByteArray(R"({"traceId":")") + kTrace + R"(","spanId":")" + idText(span.id) +
                     R"(","name":")" + span.name + R"(","startTimeUnixNano":")" +
                     time(span.startMs) + R"(","endTimeUnixNano":")" + time(span.endMs) +
                     R"(","attributes":)" + attributesText(span.attributes);
    if (span.parent != 0)
        out += R"(,"parentSpanId":")" + idText(span.parent) + '"';
    return out + span.more + '}';
}

} // namespace

QByteArray idText(int id)
{
    return QByteArray::number(id).rightJustified(16, '0');
}

QByteArray attributesText(const QByteArray &object)
{
    const QJsonObject attributes = QJsonDocument::fromJson(object).object();
    QByteArrayList list;
    for (auto it = attributes.begin(); it != attributes.end(); ++it)
        list << R"({"key":")" + it.key().toUtf8() + R"(","value":)" + valueText(*it) + '}';
    return '[' + list.join(',') + ']';
}

ExecutionId runId()
{
    return ExecutionId(*Uuid::fromBytes(QByteArray::fromHex(kTrace)));
}

std::vector<StoredSpan> stored(const otlp::DecodedTraces &decoded, qint64 after)
{
    std::vector<StoredSpan> spans;
    for (const RawSpan &span : decoded.spans)
        spans.push_back({++after, span});
    return spans;
}

std::vector<StoredSpan> spansOf(const std::vector<SpanText> &texts)
{
    QByteArrayList spans;
    for (const SpanText &text : texts)
        spans << textOf(text);
    const auto decoded = otlp::decodeTraces(
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
        R"({"stringValue":"shop"}}]},"scopeSpans":[{"spans":[)" +
            spans.join(',') + "]}]}]}",
        otlp::Encoding::Json);
    Q_ASSERT(decoded.ok() && decoded->rejected == 0);
    return stored(*decoded);
}

MappedTrace mapped(const std::vector<StoredSpan> &spans)
{
    return otlp::makeMapper({})->map(runId(), spans);
}

MappedTrace mapped(const std::vector<SpanText> &texts)
{
    return mapped(spansOf(texts));
}

QJsonObject objectOf(const Field<JsonText> &payload)
{
    return payload.hasValue() ? QJsonDocument::fromJson(*payload).object() : QJsonObject();
}

QString decisionsOf(const StepEvent &step)
{
    QStringList lines;
    for (const QJsonValue &decision : objectOf(step.reasoning)[u"decisions"].toArray()) {
        QString line =
            decision[u"action"].toString() + QLatin1Char(' ') + decision[u"item"].toString();
        if (decision[u"score"].isDouble())
            line += QLatin1Char(' ') + QString::number(decision[u"score"].toDouble());
        if (decision[u"rank"].isDouble())
            line += QStringLiteral(" #%1").arg(decision[u"rank"].toInt());
        for (const QString &why : {decision[u"rule"].toString(), decision[u"reason"].toString()}) {
            if (!why.isEmpty())
                line += QStringLiteral(" (%1)").arg(why);
        }
        lines << line;
    }
    return lines.join(QStringLiteral(", "));
}

QStringList namesOf(const MappedTrace &run)
{
    QStringList names;
    for (const StepEvent &step : run.steps)
        names << QString::fromUtf8(*step.name);
    return names;
}

StepOrigin originOf(const StepEvent &step)
{
    return stepOriginFromJson(step.origin).value_or(StepOrigin{});
}

} // namespace xray::test
