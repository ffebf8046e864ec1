// SPDX-License-Identifier: GPL-3.0-or-later
// A pipeline that posts runs of every shape, from a thread of its own, until nobody answers: single
// steps, arrays, batches, errors, updates, ends, and OpenTelemetry traces, whose root comes last.
// It remembers each request with what it named and whether it was acknowledged. For tests only;
// owned by the test.
#pragma once

#include <model/core/ids.h>

#include <QByteArray>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace xray::test {

/// A row that a request leaves behind: one of `rows` (a table, a condition may follow) has this id.
struct Left
{
    QByteArray rows;
    Uuid id;
};

struct Sent
{
    QByteArray method;
    QByteArray path;
    QByteArray body = {};
    bool isAcknowledged = false;
    bool isAllOrNothing = false;
    // What it creates.
    std::vector<Uuid> runs = {};
    std::vector<Uuid> steps = {};
    std::vector<Uuid> errors = {};
    /// What it changes in rows that are there already.
    std::vector<Left> changes = {};
    /// The run, and its steps in the order of their index, for requests that say nothing of either.
    std::optional<ExecutionId> stepsFollowIn = {};
};

/// Sends it again, or for the first time. The status of the answer, 0 without one.
int post(quint16 port, const Sent &request);

/// One of the requests of a trace of many spans; the first has its root.
inline constexpr int kSpansOfLargeRequest = 500;
[[nodiscard]] Sent largeTraceRequest(ExecutionId trace, int number);

class BusyPipeline
{
public:
    /// `acknowledged` counts the requests of all pipelines, and wakes who waits for it.
    BusyPipeline(quint16 port, std::atomic<int> &acknowledged);
    ~BusyPipeline() { wait(); }
    BusyPipeline(const BusyPipeline &) = delete;
    BusyPipeline &operator=(const BusyPipeline &) = delete;

    void wait();
    /// After wait(): in order; all are acknowledged but the last, which nobody answered.
    [[nodiscard]] const std::vector<Sent> &sent() const { return m_sent; }

private:
    void work(quint16 port);

    std::atomic<int> &m_acknowledged;
    std::vector<Sent> m_sent;
    std::thread m_thread;
};

} // namespace xray::test
