// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/span_body.h"

#include <QHash>
#include <QtEndian>

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace xray::otlp {

namespace {

constexpr double kLongestPlain = 1e15; // below, all digits of a whole number are written out

bool isZero(QByteArrayView bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

const char *nonFiniteText(double value)
{
    if (std::isnan(value))
        return R"("NaN")";
    return value > 0 ? R"("Infinity")" : R"("-Infinity")";
}

} // namespace

void ObjectWriter::beginMember(const char *key)
{
    if (m_out.size() > 1)
        m_out += ',';
    m_out += '"';
    m_out += key;
    m_out += "\":";
}

void ObjectWriter::text(const char *key, QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return;
    beginMember(key);
    appendJsonString(m_out, validUtf8(bytes));
}

void ObjectWriter::number(const char *key, qint64 value)
{
    if (value == 0)
        return;
    beginMember(key);
    m_out += QByteArray::number(value);
}

void ObjectWriter::raw(const char *key, const JsonText &value)
{
    if (value.isEmpty())
        return;
    beginMember(key);
    m_out += value;
}

JsonText ObjectWriter::take()
{
    m_out += '}';
    return std::exchange(m_out, "{");
}

void AttributeTable::add(QByteArray key, JsonText value)
{
    if (qint64(m_members.size()) >= m_limit)
        ++m_dropped;
    else
        m_members.emplace_back(std::move(key), std::move(value));
}

std::vector<std::pair<QByteArray, JsonText>> AttributeTable::withoutRepeats()
{
    std::vector<std::pair<QByteArray, JsonText>> once;
    QHash<QByteArray, std::size_t> places;
    places.reserve(qsizetype(m_members.size()));
    for (auto &[key, value] : m_members) {
        const auto place = places.constFind(key);
        if (place != places.constEnd()) {
            once[*place].second = std::move(value);
        } else {
            places.insert(key, once.size());
            once.emplace_back(std::move(key), std::move(value));
        }
    }
    m_members.clear();
    return once;
}

JsonText AttributeTable::take()
{
    JsonText out;
    for (const auto &[key, value] : withoutRepeats()) {
        out += out.isEmpty() ? '{' : ',';
        appendJsonString(out, key);
        out += ':';
        out += value;
    }
    if (!out.isEmpty())
        out += '}';
    return out;
}

QByteArray validUtf8(QByteArrayView bytes)
{
    if (simdjson::validate_utf8(bytes.data(), std::size_t(bytes.size())))
        return bytes.toByteArray();
    return QString::fromUtf8(bytes).toUtf8();
}

void appendDouble(QByteArray &out, double value)
{
    if (!std::isfinite(value)) {
        out += nonFiniteText(value);
        return;
    }
    std::array<char, 32> text{};
    const bool isPlain = std::abs(value) < kLongestPlain;
    char *end = text.data() + text.size();
    end = (isPlain ? std::to_chars(text.data(), end, value)
                   : std::to_chars(text.data(), end, value, std::chars_format::scientific))
              .ptr;
    const QByteArrayView written(text.data(), end - text.data());
    out += written;
    if (!written.contains('.') && !written.contains('e'))
        out += ".0";
}

QByteArray spanIdText(quint64 spanId)
{
    return QByteArray::number(spanId, 16).rightJustified(16, '0');
}

QByteArray traceIdText(ExecutionId run)
{
    const auto &bytes = run.uuid().bytes();
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()))
        .toHex();
}

std::optional<ExecutionId> traceIdOf(QByteArrayView bytes)
{
    const auto uuid = Uuid::fromBytes(bytes);
    if (!uuid || uuid->isNull())
        return std::nullopt;
    return ExecutionId(*uuid);
}

std::optional<quint64> spanIdOf(QByteArrayView bytes)
{
    if (bytes.size() != sizeof(quint64) || isZero(bytes))
        return std::nullopt;
    return qFromBigEndian<quint64>(bytes.data());
}

TimeNs timeOf(quint64 unixNano)
{
    return TimeNs(std::min<quint64>(unixNano, quint64(std::numeric_limits<TimeNs>::max())));
}

QString DecodedCollector::textOf(const Place &place) const
{
    const bool isTraces = m_signal == Signal::Traces;
    return (isTraces ? QStringLiteral("resourceSpans[%1].scopeSpans[%2].spans[%3]")
                     : QStringLiteral("resourceLogs[%1].scopeLogs[%2].logRecords[%3]"))
        .arg(place.resource)
        .arg(place.scope)
        .arg(place.item);
}

void DecodedCollector::add(const Place &place, RawSpan span, Depth depth)
{
    if (depth == Depth::Exceeded)
        return reject(
            place,
            QStringLiteral("a value is nested deeper than %1 levels").arg(m_limits.maxValueDepth));
    if (!hasRoom(place, span.body.size()))
        return;
    m_bytes += span.body.size();
    m_decoded.spans.push_back(std::move(span));
}

bool DecodedCollector::hasRoom(const Place &place, qsizetype bytes)
{
    if (qint64(m_decoded.spans.size()) >= m_limits.maxSpans)
        reject(
            place,
            QStringLiteral("a request may hold %1; send smaller batches").arg(m_limits.maxSpans));
    else if (m_bytes + bytes > m_limits.maxBytes)
        reject(place, QStringLiteral("the request, each span with its resource and scope, comes to "
                                     "more than %1 bytes; send smaller batches")
                          .arg(m_limits.maxBytes));
    else
        return true;
    return false;
}

void DecodedCollector::reject(const Place &place, const QString &why)
{
    if (m_decoded.rejected++ == 0)
        m_decoded.why = textOf(place) + QStringLiteral(": ") + why;
}

DecodedTraces DecodedCollector::take()
{
    return std::move(m_decoded);
}

bool isModelEvent(QByteArrayView eventName)
{
    return eventName.startsWith("gen_ai.");
}

} // namespace xray::otlp
