// SPDX-License-Identifier: GPL-3.0-or-later
// A question typed into the window: from Return in the field to its first page painted, on a
// million steps, beside what the store alone takes for the same page.
#include "bench/event_loop.h"
#include "bench/groups.h"
#include "bench/query_store.h"
#include "bench/window_probe.h"

#include <app/window/query_bar.h>
#include <app/window/query_page.h>
#include <views/query/query_field.h>

#include <QCoreApplication>
#include <QKeyEvent>

namespace xray::bench {

namespace {

using State = items::QueryResultModel::State;

constexpr int kDefaultRuns = 100'000;
constexpr int kAsked = 15; ///< times each question is asked
constexpr int kPage = query::kDefaultPageSize;

/// Questions whose answers an index finds; each is asked after another one, so that all rows
/// change.
constexpr const char *kQuestions[] = {
    "type = filter and percentage_eliminated > 99",
    "type = ranking and confidence < 0.4",
    "type = filter and percentage_eliminated > 99.99",
    "runs where any(type = filter and percentage_eliminated > 99.99)",
};

/// Return in the field with that text, until the table has been painted with the answer.
Result<double> askedUntilPainted(app::MainWindow &window, const QString &text)
{
    app::QueryPage &page = window.workspace()->queries();
    const items::QueryResultModel &results = page.session().results();
    bool wasReset = false;
    const auto connection = QObject::connect(&results, &QAbstractItemModel::modelReset,
                                             [&wasReset] { wasReset = true; });
    bool painted = false;
    const PaintWatch watch(page.results().table()->viewport(), [&] {
        painted = wasReset && results.state() == State::Ready && results.rowCount() > 0;
    });
    window.queryBar().field().setText(text);
    const Stopwatch stopwatch;
    QKeyEvent press(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
    QCoreApplication::sendEvent(window.queryBar().field().edit(), &press);
    const bool done = runUntil([&] { return painted; });
    const double time = stopwatch.milliseconds();
    QObject::disconnect(connection);
    if (!done)
        return Error{ErrorCode::Internal, QStringLiteral("No answer was painted to ") + text};
    return time;
}

/// What the store alone takes for the page.
Result<double> storeTime(query::QuerySource &source, const QString &text)
{
    const auto asked = std::get<query::Query>(query::parse(text));
    if (asked.subject == query::Subject::Runs)
        return answerTime([&] { return source.findRuns({asked, 0, kPage, {}}, {}); });
    return answerTime([&] { return source.findSteps({asked, 0, kPage, {}}, {}); });
}

struct Times
{
    std::vector<double> painted;
    std::vector<double> answered;
};

Result<Times> ask(app::MainWindow &window)
{
    Times times;
    for (int i = 0; i < kAsked; ++i) {
        for (const char *question : kQuestions) {
            const QString text = QString::fromLatin1(question);
            const auto painted = askedUntilPainted(window, text);
            const auto answered =
                painted ? storeTime(window.workspace()->queries().session().source(), text)
                        : painted;
            if (!answered)
                return answered.error();
            times.painted.push_back(*painted);
            times.answered.push_back(*answered);
        }
    }
    return times;
}

} // namespace

Result<> measureAsking(const Context &context)
{
    const int steps = context.runs.value_or(context.scaled(kDefaultRuns)) * kQueryStepsPerRun;
    const auto path = queryStore(context, steps);
    if (!path)
        return path.error();
    ProbedWindow probed(*path, app::Listening::Off);
    if (auto shown = probed.waitForList(); !shown)
        return shown;
    app::MainWindow &window = probed.window();
    app::QuerySession &session = window.workspace()->queries().session();
    if (!runUntil([&] { return !session.catalogue()->metrics.empty(); }))
        return Error{ErrorCode::Internal, QStringLiteral("The names were not read")};
    auto times = ask(window);
    if (!times)
        return times.error();
    const double answered = median(times->answered);
    context.report.add({"window.query_first_page.first", times->painted.front(), "ms",
                        Yardstick{"the store alone", times->answered.front()},
                        "aim 100 ms; the first question of all: from Return to its page painted"});
    context.report.add({"window.query_first_page.p50", median(times->painted), "ms",
                        Yardstick{"the store alone", answered},
                        "aim 100 ms; " + QByteArray::number(kAsked) + " times four questions to " +
                            QByteArray::number(steps) +
                            " steps, file cache warm; with builder and histogram beside"});
    context.report.add({"window.query_first_page.p95", percentile(times->painted, 0.95), "ms",
                        Yardstick{"the store alone", percentile(times->answered, 0.95)}});
    return Success{};
}

} // namespace xray::bench
