// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/reader_pool.h"

namespace xray::store {

namespace {

Error cancelled()
{
    return {ErrorCode::Cancelled, QStringLiteral("The query was cancelled.")};
}

} // namespace

/// A reader of this thread, opened when first needed and again after a failure to open.
class ReaderPool::LazyReader
{
public:
    explicit LazyReader(const QString &path)
        : m_path(path)
    {
    }

    Result<RunReader *> get()
    {
        if (m_reader)
            return m_reader.get();
        auto connection = SqliteConnection::open(m_path, Access::ReadOnly);
        if (!connection)
            return connection.error();
        m_reader = std::make_unique<RunReader>(std::move(*connection), m_path);
        return m_reader.get();
    }

private:
    const QString &m_path;
    std::unique_ptr<RunReader> m_reader;
};

ReaderPool::ReaderPool(QString path, int quickThreads, int scanThreads)
    : m_path(std::move(path))
{
    for (int i = 0; i < quickThreads; ++i)
        m_threads.emplace_back([this] { serve(m_quick); });
    for (int i = 0; i < scanThreads; ++i)
        m_threads.emplace_back([this] { serve(m_scan); });
}

ReaderPool::~ReaderPool()
{
    for (Queue *queue : {&m_quick, &m_scan}) {
        const std::lock_guard lock(queue->mutex);
        queue->closed = true;
        for (const Question &question : queue->questions)
            question.ticket.cancel();
        for (const Ticket &ticket : queue->running)
            ticket.cancel();
        queue->changed.notify_all();
    }
    for (std::thread &thread : m_threads)
        thread.join();
}

void ReaderPool::post(Lane lane, Question question)
{
    Queue &queue = lane == Lane::Quick ? m_quick : m_scan;
    std::unique_lock lock(queue.mutex);
    if (queue.closed) {
        lock.unlock();
        question.answer(cancelled());
        return;
    }
    queue.questions.push_back(std::move(question));
    queue.changed.notify_one();
}

void ReaderPool::serve(Queue &queue)
{
    LazyReader lazy(m_path);
    for (;;) {
        std::unique_lock lock(queue.mutex);
        queue.changed.wait(lock, [&] { return !queue.questions.empty() || queue.closed; });
        if (queue.questions.empty())
            return;
        const Question question = std::move(queue.questions.front());
        queue.questions.pop_front();
        const auto running = queue.running.insert(queue.running.end(), question.ticket);
        lock.unlock();
        answer(question, lazy);
        lock.lock();
        queue.running.erase(running);
    }
}

void ReaderPool::answer(const Question &question, LazyReader &lazy)
{
    if (question.ticket.isCancelled())
        return question.answer(cancelled());
    auto reader = lazy.get();
    if (reader) {
        (*reader)->tidy();
        (*reader)->connection().setTicket(question.ticket);
    }
    question.answer(std::move(reader));
}

} // namespace xray::store
