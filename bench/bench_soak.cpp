// SPDX-License-Identifier: GPL-3.0-or-later
// The window under a steady load for as long as one likes: whether memory, event loop and latency
// stay where they were. Says a line a minute on stderr, and in the end holds the last minutes
// against the first.
#include "bench/big_store.h"
#include "bench/event_loop.h"
#include "bench/groups.h"
#include "bench/http_client.h"
#include "bench/store_filler.h"
#include "bench/window_probe.h"
#include "bench/workload.h"

#include <QTextStream>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

namespace xray::bench {

namespace {

constexpr int kPostsPerSecond = 20;
constexpr int kStepsPerPost = 10; ///< each post is a run of so many steps
constexpr std::chrono::microseconds kPause{1'000'000 / kPostsPerSecond};
constexpr int kComparedMinutes = 10;
constexpr std::chrono::minutes kMinute{1};
constexpr std::chrono::seconds kPatience{10}; ///< for the last runs to be painted

/// When the post with that number is due.
Clock::time_point dueAt(Clock::time_point start, std::size_t post)
{
    return start + kPause * static_cast<long>(post);
}

/// Keeps to the schedule on one connection until told to stop; how many it posted.
Result<std::size_t> postSteadily(quint16 port, Clock::time_point start,
                                 const std::atomic<bool> &isOver)
{
    auto client = HttpClient::connectTo(port);
    if (!client)
        return client.error();
    std::size_t posts = 0;
    for (; !isOver; ++posts) {
        const QByteArray request = post("/batch", makeBody(1, kStepsPerPost));
        std::this_thread::sleep_until(dueAt(start, posts));
        if (auto posted = (*client)->expectSuccess(request); !posted)
            return posted.error();
    }
    return posts;
}

/// What one minute was like.
struct Minute
{
    double memoryMiB = 0;
    double loopP99 = 0; ///< milliseconds, as are the others
    double loopLongest = 0;
    double rowP50 = 0;
    double rowP95 = 0;
    std::size_t rows = 0; ///< painted so far
};

/// Notes when the row of each post was painted.
class RowWatch
{
public:
    RowWatch(ProbedWindow &window, Clock::time_point start)
        : m_window(window)
        , m_start(start)
        , m_rowsBefore(window.runs().rowCount())
        , m_paints(window.view().viewport(), [this] { notePaint(); })
    {
    }
    [[nodiscard]] std::size_t rows() const { return m_rows; }
    [[nodiscard]] std::vector<double> takeLatencies() { return std::exchange(m_latencies, {}); }

private:
    void notePaint()
    {
        if (!m_window.runs().at(0))
            return;
        const auto now = Clock::now();
        const auto rows = static_cast<std::size_t>(m_window.runs().rowCount() - m_rowsBefore);
        for (; m_rows < rows; ++m_rows)
            m_latencies.push_back(
                std::chrono::duration<double, std::milli>(now - dueAt(m_start, m_rows)).count());
    }

    ProbedWindow &m_window;
    Clock::time_point m_start;
    int m_rowsBefore;
    std::size_t m_rows = 0;
    std::vector<double> m_latencies; // in milliseconds
    PaintWatch m_paints;
};

Minute takeMinute(RowWatch &rows, LoopWatch &loop)
{
    const std::vector<double> gaps = loop.takeGaps();
    const std::vector<double> latencies = rows.takeLatencies();
    return {residentMiB(),     percentile(gaps, 0.99),      percentile(gaps, 1.0),
            median(latencies), percentile(latencies, 0.95), rows.rows()};
}

void say(std::size_t number, const Minute &minute)
{
    QTextStream(stderr) << QStringLiteral(
                               "minute %1: %2 MiB resident; event loop p99 %3 ms, longest %4 ms; "
                               "post to row p50 %5 ms, p95 %6 ms; %7 runs\n")
                               .arg(number)
                               .arg(minute.memoryMiB, 0, 'f', 1)
                               .arg(minute.loopP99, 0, 'f', 1)
                               .arg(minute.loopLongest, 0, 'f', 1)
                               .arg(minute.rowP50, 0, 'f', 1)
                               .arg(minute.rowP95, 0, 'f', 1)
                               .arg(minute.rows);
}

Result<std::vector<Minute>> watchMinutes(ProbedWindow &window, quint16 port, int count)
{
    std::atomic<bool> isOver = false;
    const auto start = Clock::now() + kPause;
    RowWatch rows(window, start);
    LoopWatch loop;
    auto posting =
        std::async(std::launch::async, [&] { return postSteadily(port, start, isOver); });
    std::vector<Minute> minutes;
    while (static_cast<int>(minutes.size()) < count) {
        runFor(kMinute);
        minutes.push_back(takeMinute(rows, loop));
        say(minutes.size(), minutes.back());
    }
    isOver = true;
    const auto posted = posting.get();
    if (!posted)
        return posted.error();
    if (!runUntil([&] { return rows.rows() >= *posted; }, kPatience))
        return Error{ErrorCode::Internal, QStringLiteral("Not every posted run was painted")};
    return minutes;
}

/// The medians of a figure over the last minutes and over the first.
Compared lastAndFirst(const std::vector<Minute> &minutes, double Minute::*figure)
{
    std::vector<double> values;
    for (const Minute &minute : minutes)
        values.push_back(minute.*figure);
    const auto part = std::min<std::ptrdiff_t>(kComparedMinutes, std::ssize(values));
    return {median({values.end() - part, values.end()}),
            median({values.begin(), values.begin() + part})};
}

void report(const Context &context, const char *name, const char *unit,
            const std::vector<Minute> &minutes, double Minute::*figure)
{
    const Compared compared = lastAndFirst(minutes, figure);
    context.report.add({name, compared.value, unit, Yardstick{"the first minutes", compared.limit},
                        "aim: flat; median of the last " + QByteArray::number(kComparedMinutes) +
                            " of " + QByteArray::number(qsizetype(minutes.size())) +
                            " minutes, while 20 runs of 10 steps arrive a second"});
}

} // namespace

Result<> measureSoak(const Context &context)
{
    const auto path = storeForLoad(context, "soak.db");
    if (!path)
        return path.error();
    ProbedWindow window(*path, app::Listening::On);
    if (auto shown = window.waitForList(); !shown)
        return shown;
    const auto port = window.waitForPort();
    if (!port)
        return port.error();
    const auto minutes = watchMinutes(window, *port, context.soakMinutes);
    if (!minutes)
        return minutes.error();
    report(context, "soak.memory", "MiB", *minutes, &Minute::memoryMiB);
    report(context, "soak.loop_p99", "ms", *minutes, &Minute::loopP99);
    report(context, "soak.row_p95", "ms", *minutes, &Minute::rowP95);
    return Success{};
}

} // namespace xray::bench
