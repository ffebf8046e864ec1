// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/admission/event_text.h"

#include <QHash>
#include <QStringList>

namespace xray::tests {

namespace {

using Words = QHash<QString, QString>;

Words wordsOf(const QString &text)
{
    Words words;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const qsizetype equals = word.indexOf(u'=');
        words.insert(word.left(equals), equals < 0 ? QString() : word.mid(equals + 1));
    }
    return words;
}

template<class T, class Read>
Field<T> field(const Words &words, const char *name, Read read)
{
    const auto it = words.find(QLatin1String(name));
    if (it == words.end())
        return {};
    return *it == QLatin1String("null") ? Field<T>::null() : Field<T>(read(*it));
}

Field<QByteArray> bytes(const Words &words, const char *name)
{
    return field<QByteArray>(words, name, [](const QString &text) { return text.toUtf8(); });
}

Field<qint64> integer(const Words &words, const char *name)
{
    return field<qint64>(words, name, [](const QString &text) { return text.toLongLong(); });
}

template<class Event>
void readTimes(Event &event, const Words &words)
{
    const auto ns = [](const QString &text) { return TimeNs(text.toLongLong()); };
    event.startedAt = field<TimeNs>(words, "began", ns);
    event.endedAt = field<TimeNs>(words, "ended", ns);
    event.duration = field<DurationNs>(words, "took", ns);
}

QString number(std::optional<qint64> value)
{
    return value ? QString::number(*value) : QStringLiteral("?");
}

template<class Record>
QString print(const Record &record)
{
    return QStringLiteral("%1 %2..%3 (%4)")
        .arg(QLatin1String(toWord(record.status)), number(record.startedAt), number(record.endedAt),
             number(record.duration));
}

QString print(const Error &error)
{
    return QLatin1String(errorCodeName(error.code)) + u' ' + error.field;
}

/// Merges one event after the other into one record and prints what became of the last.
template<class Record, class Merge>
QString mergeAll(const QString &events, Merge merge)
{
    std::optional<Record> record;
    QString printed;
    TimeNs now = 0;
    for (const QString &text : events.split(u'|')) {
        Result<Record> merged = merge(record ? &*record : nullptr, text, now += 100);
        printed = merged ? print(*merged) : print(merged.error());
        if (merged)
            record = *merged;
    }
    return printed;
}

} // namespace

StepEvent stepEvent(const QString &text)
{
    const Words words = wordsOf(text);
    StepEvent event;
    event.id = StepId::fromText("00000000-0000-7000-8000-000000000001");
    event.name = QByteArray("plan");
    event.type = StepType::Llm;
    event.status = field<StepStatus>(words, "status", [](const QString &word) {
        return *stepStatusFromWord(word.toStdString());
    });
    event.index = integer(words, "index");
    event.input = bytes(words, "input");
    event.output = bytes(words, "output");
    event.reasoning = bytes(words, "reasoning");
    readTimes(event, words);
    return event;
}

ExecutionEvent runEvent(const QString &text)
{
    const Words words = wordsOf(text);
    ExecutionEvent event;
    if (words.contains(QStringLiteral("end")))
        event.kind = ExecutionEvent::Kind::End;
    else if (words.contains(QStringLiteral("update")))
        event.kind = ExecutionEvent::Kind::Update;
    event.id = ExecutionId::fromText("00000000-0000-7000-8000-000000000002");
    event.pipelineName = QByteArray("shop");
    event.status = field<RunStatus>(words, "status", [](const QString &word) {
        return *runStatusFromWord(word.toStdString());
    });
    event.metadata = bytes(words, "metadata");
    readTimes(event, words);
    return event;
}

QString mergedSteps(const QString &events)
{
    using admission::StepRecord;
    return mergeAll<StepRecord>(
        events, [](const StepRecord *existing, const QString &text, TimeNs now) {
            const auto run = ExecutionId::fromText("00000000-0000-7000-8000-000000000002");
            return admission::mergeStep(existing, stepEvent(text), {*run, 1, now});
        });
}

QString mergedRuns(const QString &events)
{
    using admission::ExecutionRecord;
    return mergeAll<ExecutionRecord>(events,
                                     [](const ExecutionRecord *existing, const QString &text,
                                        TimeNs now) -> Result<ExecutionRecord> {
                                         if (!text.contains(QLatin1String("quiet")))
                                             return admission::mergeExecution(existing,
                                                                              runEvent(text), now);
                                         ExecutionRecord quiet = *existing;
                                         quiet.status = RunStatus::Incomplete;
                                         return quiet;
                                     });
}

} // namespace xray::tests
