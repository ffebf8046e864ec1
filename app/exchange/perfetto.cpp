// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/perfetto.h"

#include <model/core/json_escape.h>

#include <algorithm>

namespace xray::app {

namespace {

QByteArray quoted(const QString &text)
{
    QByteArray json;
    appendJsonString(json, text.toUtf8());
    return json;
}

/// The format counts in microseconds; three decimals keep the nanoseconds.
QByteArray microseconds(qint64 ns)
{
    return (ns < 0 ? "-" : "") + QByteArray::number(qlonglong(std::abs(ns / 1000))) + '.' +
           QByteArray::number(qlonglong(std::abs(ns % 1000))).rightJustified(3, '0');
}

TimeNs midnightBefore(TimeNs time)
{
    return time - ((time % kNsPerDay) + kNsPerDay) % kNsPerDay;
}

QByteArray orNull(const QByteArray &json)
{
    return json.isEmpty() ? QByteArrayLiteral("null") : json;
}

QByteArray argumentsOf(const StepDetail &detail)
{
    QByteArray json = "{\"status\":\"" + QByteArray(toWord(detail.step.status)) + '"';
    for (const Metric &metric : detail.step.metrics)
        json += ',' + quoted(metric.name) + ':' + QByteArray::number(metric.value, 'g', 17);
    return json + ",\"input\":" + orNull(detail.payloads.input) +
           ",\"output\":" + orNull(detail.payloads.output) +
           ",\"reasoning\":" + orNull(detail.payloads.reasoning) + '}';
}

/// Steps that overlap without one being around the other cannot share a thread. The lowest thread
/// whose open steps all end after this one does, or that has none open.
class Threads
{
public:
    int place(TimeNs start, TimeNs end)
    {
        for (std::size_t i = 0;; ++i) {
            if (i == m_open.size())
                m_open.emplace_back();
            std::erase_if(m_open[i], [start](TimeNs each) { return each <= start; });
            if (m_open[i].empty() || *std::ranges::min_element(m_open[i]) >= end) {
                m_open[i].push_back(end);
                return static_cast<int>(i) + 1;
            }
        }
    }

private:
    std::vector<std::vector<TimeNs>> m_open; ///< ends, per thread
};

QByteArray metadata(const char *name, int process, const QByteArray &arguments)
{
    return QByteArray(R"({"ph":"M","name":")") + name + R"(","pid":)" +
           QByteArray::number(process) + R"(,"args":)" + arguments + '}';
}

QByteArray processName(int process, const Execution &run)
{
    return metadata("process_name", process,
                    "{\"name\":" + quoted(run.pipelineName + QLatin1Char(' ') + run.id.toString()) +
                        '}');
}

QByteArray processLabel(int process, const Execution &run)
{
    return metadata("process_labels", process,
                    "{\"labels\":\"" + formatRfc3339(run.startedAt) + "\"}");
}

QByteArray eventOf(const StepDetail &detail, int process, int thread, TimeNs midnight)
{
    const Step &step = detail.step;
    const TimeNs end = effectiveEnd(step).value_or(step.startedAt);
    return R"({"ph":"X","name":)" + quoted(step.name) + R"(,"cat":")" + toWord(step.type) +
           R"(","pid":)" + QByteArray::number(process) + R"(,"tid":)" + QByteArray::number(thread) +
           R"(,"ts":)" + microseconds(step.startedAt - midnight) + R"(,"dur":)" +
           microseconds(end - step.startedAt) + R"(,"args":)" + argumentsOf(detail) + '}';
}

QByteArray eventOf(const ExecutionError &error, int process, TimeNs midnight)
{
    return R"({"ph":"i","s":"p","name":)" + quoted(error.message) + R"(,"cat":"error","pid":)" +
           QByteArray::number(process) + R"(,"tid":1,"ts":)" +
           microseconds(error.occurredAt - midnight) + '}';
}

} // namespace

QByteArray PerfettoWriter::begin() const
{
    return R"({"displayTimeUnit":"ms","traceEvents":[)";
}

QByteArray PerfettoWriter::end() const
{
    return "]}\n";
}

QByteArray PerfettoWriter::separated(const QByteArray &event)
{
    return (std::exchange(m_isEmpty, false) ? "\n" : ",\n") + event;
}

QByteArray PerfettoWriter::run(const RunContents &contents)
{
    const int process = ++m_process;
    if (!m_midnight)
        m_midnight = midnightBefore(contents.run.startedAt);
    QByteArray events = separated(processName(process, contents.run));
    events += separated(processLabel(process, contents.run));
    std::vector<const StepDetail *> steps;
    for (const StepDetail &step : contents.steps)
        steps.push_back(&step);
    std::ranges::stable_sort(steps, {},
                             [](const StepDetail *detail) { return detail->step.startedAt; });
    Threads threads;
    for (const StepDetail *detail : steps) {
        const TimeNs start = detail->step.startedAt;
        const TimeNs end = effectiveEnd(detail->step).value_or(start);
        events += separated(eventOf(*detail, process, threads.place(start, end), *m_midnight));
    }
    for (const ExecutionError &error : contents.errors)
        events += separated(eventOf(error, process, *m_midnight));
    return events;
}

} // namespace xray::app
