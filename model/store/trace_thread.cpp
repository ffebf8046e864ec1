// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/trace_thread.h"

#include <chrono>
#include <utility>

namespace xray::store {

TraceThread::~TraceThread()
{
    if (!m_thread.joinable())
        return;
    m_ticket.cancel();
    {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    }
    m_thread.join();
}

void TraceThread::start(Task task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_task = std::move(task);
        m_changed.notify_all();
    }
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
}

std::optional<TraceThread::Found> TraceThread::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_found, {});
}

bool TraceThread::hasFound() const
{
    const std::lock_guard lock(m_mutex);
    return m_found.has_value();
}

void TraceThread::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_found.has_value(); });
}

void TraceThread::run()
{
    for (;;) {
        std::optional<Task> task;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_task || m_ticket.isCancelled(); });
            task = std::exchange(m_task, {});
        }
        if (m_ticket.isCancelled())
            break;
        auto found = find(*task);
        {
            const std::lock_guard lock(m_mutex);
            m_found = std::move(found);
            m_changed.notify_all();
        }
        m_finished();
    }
    // Where it was opened.
    m_spans.reset();
    m_records.reset();
    m_connection.reset();
}

TraceThread::Found TraceThread::find(const Task &task)
{
    const auto begun = std::chrono::steady_clock::now();
    auto change = changeOf(task);
    const auto passed = std::chrono::steady_clock::now() - begun;
    return {std::move(change),
            std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count()};
}

Result<TraceChange> TraceThread::changeOf(const Task &task)
{
    if (auto opened = openRows(); !opened)
        return opened.error();
    return makeTraceChange(*m_records, *m_spans, *task.mapper, task.row, task.id, task.now,
                           m_ticket);
}

Result<> TraceThread::openRows()
{
    if (m_spans)
        return Success{};
    auto connection = SqliteConnection::open(m_path, Access::ReadOnly);
    if (!connection)
        return connection.error();
    auto records = RecordStore::create(**connection);
    if (!records)
        return records.error();
    auto spans = SpanStore::create(**connection);
    if (!spans)
        return spans.error();
    m_connection = std::move(*connection);
    m_connection->setTicket(m_ticket);
    m_records = std::move(*records);
    m_spans = std::move(*spans);
    return Success{};
}

} // namespace xray::store
