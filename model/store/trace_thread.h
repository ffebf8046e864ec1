// SPDX-License-Identifier: GPL-3.0-or-later
// A thread that finds out what has to change about the run of a trace, one at a time, on a
// read-only connection of its own: mapping a large trace takes seconds. Owned by StaleTraces, used
// on the writer's thread.
#pragma once

#include "model/store/trace_change.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace xray::store {

class TraceThread
{
public:
    struct Task
    {
        ExecutionRow row;
        ExecutionId id;
        TimeNs now = 0;
        std::shared_ptr<const TraceMapper> mapper;
    };
    struct Found
    {
        Result<TraceChange> change;
        DurationNs cost = 0; ///< the time it took
    };

    /// `finished` is called on the thread when there is something to take(). The thread starts with
    /// the first task.
    TraceThread(QString path, std::function<void()> finished)
        : m_path(std::move(path))
        , m_finished(std::move(finished))
    {
    }
    /// Cancels what it does, and waits for it: until a mapping that has begun is through.
    ~TraceThread();
    TraceThread(const TraceThread &) = delete;
    TraceThread &operator=(const TraceThread &) = delete;

    /// The one before must have been taken.
    void start(Task task);
    /// What came of the task, once; nothing before.
    [[nodiscard]] std::optional<Found> take();
    [[nodiscard]] bool hasFound() const;
    /// Waits until there is something to take.
    void wait();

private:
    void run();
    Found find(const Task &task);
    Result<TraceChange> changeOf(const Task &task);
    Result<> openRows();

    const QString m_path;
    const std::function<void()> m_finished;
    const Ticket m_ticket;      ///< cancelled at the end
    mutable std::mutex m_mutex; ///< of the three that follow
    mutable std::condition_variable m_changed;
    std::optional<Task> m_task;
    std::optional<Found> m_found;
    std::thread m_thread;

    // Of the thread.
    std::unique_ptr<SqliteConnection> m_connection;
    std::unique_ptr<RecordStore> m_records;
    std::unique_ptr<SpanStore> m_spans;
};

} // namespace xray::store
