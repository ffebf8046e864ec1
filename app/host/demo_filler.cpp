// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/demo_filler.h"

#include <app/demo/demo_runs.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace xray::app {

namespace {

/// Submissions on their way at a time: enough for full transactions, few enough for the queue.
constexpr int kUnderWay = 32;
constexpr int kEventsPerSubmission = 250;
constexpr int kRunsPerProgress = 50;

} // namespace

struct PacedSubmitter::State
{
    std::mutex mutex;
    std::condition_variable changed;
    int underWay = 0;
    std::optional<Error> firstError;

    void note(const SubmissionResult &result)
    {
        const std::lock_guard lock(mutex);
        --underWay;
        if (!firstError && !result.status)
            firstError = result.status.error();
        for (const EventOutcome &outcome : result.outcomes) {
            if (!firstError && !outcome)
                firstError = outcome.error();
        }
        changed.notify_all();
    }
};

PacedSubmitter::PacedSubmitter(EventSink &sink)
    : m_sink(sink)
    , m_state(std::make_shared<State>())
{
}

PacedSubmitter::~PacedSubmitter() = default;

Result<> PacedSubmitter::submit(std::vector<Event> events)
{
    {
        std::unique_lock lock(m_state->mutex);
        m_state->changed.wait(lock, [this] { return m_state->underWay < kUnderWay; });
        if (m_state->firstError)
            return *m_state->firstError;
        ++m_state->underWay;
    }
    Submission submission;
    submission.events = std::move(events);
    submission.done = [state = m_state](const SubmissionResult &result) { state->note(result); };
    auto queued = m_sink.submit(std::move(submission));
    if (!queued) {
        const std::lock_guard lock(m_state->mutex);
        --m_state->underWay;
    }
    return queued;
}

Result<> PacedSubmitter::finish()
{
    std::unique_lock lock(m_state->mutex);
    m_state->changed.wait(lock, [this] { return m_state->underWay == 0; });
    if (m_state->firstError)
        return *m_state->firstError;
    return Success{};
}

Result<> fillWithDemo(EventSink &sink, const DemoRequest &request,
                      const std::function<bool(int done, int total)> &progress)
{
    DemoOptions options;
    options.seed = request.seed;
    if (request.runs > 0)
        options.runs = request.runs;
    options.endTime = request.endTime != 0 ? request.endTime : nowNs();

    PacedSubmitter submitter(sink);
    std::vector<Event> pending;
    Result<> state = Success{};
    int done = 0;
    generateDemoRuns(options, [&](std::vector<Event> events) {
        if (!state)
            return; // the rest is made up and thrown away, which is quick
        std::ranges::move(events, std::back_inserter(pending));
        ++done;
        if (done % kRunsPerProgress == 0 && !progress(done, options.runs))
            state = Error{ErrorCode::Cancelled, QStringLiteral("The demo was stopped.")};
        if (state && pending.size() >= kEventsPerSubmission)
            state = submitter.submit(std::exchange(pending, {}));
    });
    if (state && !pending.empty())
        state = submitter.submit(std::move(pending));
    auto finished = submitter.finish();
    return state ? finished : state;
}

} // namespace xray::app
