// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/mapper.h"

#include "model/otlp/run_maker.h"
#include "model/otlp/step_maker.h"

#include <QCryptographicHash>
#include <QHash>
#include <QtEndian>

#include <algorithm>

namespace xray::otlp {

namespace {

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
        const Trace trace(id, std::move(facts), m_rules);
        return {runOf(trace), stepsOf(trace), errorsOf(trace)};
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
