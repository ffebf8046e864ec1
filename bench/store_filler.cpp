// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/store_filler.h"

#include "bench/sampling.h"
#include "bench/workload.h"

#include <model/otlp/mapper.h>
#include <model/store/store.h>

#include <QFile>

#include <algorithm>
#include <mutex>
#include <semaphore>

namespace xray::bench {

namespace {

/// Submissions under way at once: enough that the writer never waits for the next one.
constexpr int kInFlight = 16;

/// Nothing, or what went wrong first.
std::optional<Error> failureOf(const SubmissionResult &result)
{
    if (!result.status)
        return result.status.error();
    const auto refused =
        std::ranges::find_if(result.outcomes, [](const EventOutcome &o) { return !o.ok(); });
    return refused == result.outcomes.end() ? std::nullopt : std::optional(refused->error());
}

} // namespace

Result<std::unique_ptr<store::Store>> openStore(const QString &path)
{
    store::StoreOptions options;
    options.url.path = path;
    options.traceMapper = otlp::makeMapper({});
    return store::Store::open(std::move(options));
}

void removeStore(const QString &path)
{
    for (const char *suffix : {"", "-wal", "-shm"})
        QFile::remove(path + QLatin1String(suffix));
}

Result<double> commitAll(store::Store &store, std::vector<Submission> submissions)
{
    std::counting_semaphore<> free(kInFlight);
    std::mutex mutex;
    std::optional<Error> failure;
    const Stopwatch watch;
    for (Submission &submission : submissions) {
        submission.done = [&](const SubmissionResult &result) {
            if (auto failed = failureOf(result)) {
                const std::lock_guard lock(mutex);
                failure = std::move(failed);
            }
            free.release();
        };
        free.acquire();
        if (auto taken = store.sink().submit(std::move(submission)); !taken) {
            const std::lock_guard lock(mutex);
            failure = taken.error();
            free.release();
        }
    }
    for (int i = 0; i < kInFlight; ++i)
        free.acquire();
    if (failure)
        return *failure;
    return watch.seconds();
}

Result<double> writerStepsPerSecond(const QString &path, std::vector<Submission> submissions)
{
    const auto steps = static_cast<double>(submissions.size()) * kStepsPerBody;
    auto store = openStore(path);
    if (!store)
        return store.error();
    auto seconds = commitAll(**store, std::move(submissions));
    store->reset();
    removeStore(path);
    if (!seconds)
        return seconds;
    return steps / *seconds;
}

} // namespace xray::bench
