// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/exchange/place.h"

#include <app/demo/demo_runs.h>
#include <app/exchange/run_contents.h>

#include <model/otlp/mapper.h>

#include <QBuffer>
#include <QTemporaryFile>
#include <QTextStream>

namespace xray::test {

namespace {

QString textOf(const std::optional<qint64> &number)
{
    return number ? QString::number(*number) : QStringLiteral("-");
}

QString textOf(const std::optional<StepId> &id)
{
    return id ? id->toString() : QStringLiteral("-");
}

void print(QTextStream &out, const Execution &run)
{
    out << "run " << run.id.toString() << "\n pipeline " << run.pipelineName << "\n environment "
        << run.environment << "\n trigger " << run.trigger << "\n status " << toWord(run.status)
        << "\n started " << run.startedAt << "\n ended " << textOf(run.endedAt) << "\n duration "
        << textOf(run.duration) << "\n metadata " << run.metadata << "\n tags "
        << run.tags.join(QLatin1Char('|')) << "\n session " << run.session << "\n steps "
        << run.stepCount << "\n errors " << run.errorCount << "\n title " << run.title
        << "\n outcome " << run.outcome << "\n failure " << run.failure << "\n spans "
        << (run.source == Source::Otlp ? "yes" : "no") << '\n';
}

void print(QTextStream &out, const StepDetail &detail)
{
    const Step &step = detail.step;
    out << "step " << step.id.toString() << "\n run " << step.executionId.toString() << "\n parent "
        << textOf(step.parentId) << "\n index " << step.index << "\n name " << step.name
        << "\n type " << toWord(step.type) << "\n status " << toWord(step.status) << "\n started "
        << step.startedAt << "\n ended " << textOf(step.endedAt) << "\n duration "
        << textOf(step.duration) << "\n counts " << textOf(step.countIn) << ' '
        << textOf(step.countOut) << "\n errors " << step.errorCount << "\n origin "
        << (step.origin ? toJson(*step.origin) : QByteArray()) << '\n';
    for (const Metric &metric : step.metrics)
        out << " metric " << metric.name << ' ' << QString::number(metric.value, 'g', 17) << '\n';
    for (const Issue &issue : step.issues)
        out << " issue " << toWord(issue.severity) << ' ' << issue.code << ' ' << issue.field << ' '
            << issue.message << '\n';
    out << " input " << detail.payloads.input << "\n output " << detail.payloads.output
        << "\n reasoning " << detail.payloads.reasoning << '\n';
}

void print(QTextStream &out, const ExecutionError &error)
{
    out << "error " << error.id.toString() << "\n run " << error.executionId.toString()
        << "\n step " << textOf(error.stepId) << "\n type " << error.type << "\n message "
        << error.message << "\n stack " << error.stack << "\n payload " << error.payload
        << "\n occurred " << error.occurredAt << '\n';
}

void print(QTextStream &out, const RawSpan &span)
{
    out << (span.kind == SpanKind::Span ? "span " : "log ") << span.spanId << ' ' << span.endedAt
        << ' ' << span.body << '\n';
}

} // namespace

Place::Place()
{
    auto options = m_fixture.options();
    options.traceMapper = otlp::makeMapper({});
    m_fixture.open(std::move(options));
}

std::vector<ExecutionId> Place::fillWithDemo(int count)
{
    std::vector<ExecutionId> runs;
    app::DemoOptions options;
    options.runs = count;
    options.endTime = nowNs();
    app::generateDemoRuns(options, [&](std::vector<Event> events) {
        runs.push_back(*std::get<ExecutionEvent>(events.front()).id);
        m_fixture.submit(std::move(events));
    });
    return runs;
}

QByteArray Place::exported(const std::vector<ExecutionId> &runs, app::ExportFormat format)
{
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const auto written = app::exportRuns(store(), runs, format, out, {}, [](std::size_t) {});
    return written ? out.data() : written.error().message.toUtf8();
}

Result<app::ImportSummary> Place::imported(const QByteArray &contents)
{
    QTemporaryFile file;
    if (!file.open() || file.write(contents) != contents.size() || !file.flush())
        return Error{ErrorCode::Internal, file.errorString()};
    return app::Importer(store().sink(), {}).import(file.fileName());
}

QString textOf(Place &place, ExecutionId id)
{
    const auto contents = app::readRun(place.store(), id, {});
    if (!contents)
        return contents.error().message;
    QString text;
    QTextStream out(&text);
    print(out, contents->run);
    for (const StepDetail &step : contents->steps)
        print(out, step);
    for (const ExecutionError &error : contents->errors)
        print(out, error);
    for (const StoredSpan &span : contents->spans)
        print(out, span.span);
    return text;
}

QString firstDifference(const QString &actual, const QString &expected)
{
    const QStringList is = actual.split(QLatin1Char('\n'));
    const QStringList shouldBe = expected.split(QLatin1Char('\n'));
    for (qsizetype i = 0; i < std::max(is.size(), shouldBe.size()); ++i) {
        if (is.value(i) != shouldBe.value(i))
            return QStringLiteral("line %1 is \"%2\", not \"%3\"")
                .arg(i + 1)
                .arg(is.value(i).left(300), shouldBe.value(i).left(300));
    }
    return {};
}

} // namespace xray::test
