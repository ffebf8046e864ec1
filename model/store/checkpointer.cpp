// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/checkpointer.h"

#include <utility>

namespace xray::store {

namespace {

/// Of 8 KiB each: the log is moved whenever it has grown by 16 MiB.
constexpr int kPagesBetween = 2'000;
/// 64 MiB. Only who moves the log while nobody writes can move all of it, after which it begins
/// anew; under a load that never rests that is the writer, once it is longer than this.
constexpr int kLongLogPages = 8'000;
/// 4 MiB: what the writer moves without keeping others waiting for long.
constexpr int kShortRestPages = 500;
/// 128 MiB: the disk does not keep up, and the writer has to wait for it.
constexpr int kMostLogPages = 16'000;

} // namespace

Checkpointer::Checkpointer(SqliteConnection &writer, Synchronous synchronous)
    : m_writer(writer)
    , m_synchronous(synchronous)
{
    m_writer.reportLogPages(&m_logPages);
    m_thread = std::thread([this, path = m_writer.filePath()] { run(path); });
}

Checkpointer::~Checkpointer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
        m_changed.notify_all();
    }
    m_thread.join();
    m_writer.reportLogPages(nullptr);
}

void Checkpointer::keepUp()
{
    if (m_logPages < m_pagesAtLast) { // it has begun anew
        m_pagesAtLast = 0;
        m_isTooLong = false;
    }
    if (m_isTooLong)
        return finish();
    if (m_logPages - m_pagesAtLast < kPagesBetween)
        return;
    m_isTooLong = m_logPages >= kLongLogPages;
    ask();
}

/// The thread moves what has come, again and again, until what comes meanwhile is little.
void Checkpointer::finish()
{
    if (m_logPages < kMostLogPages) {
        if (!isIdle())
            return;
        if (m_logPages - m_pagesAtLast > kShortRestPages)
            return ask();
    }
    waitUntilIdle();
    m_writer.checkpoint();
    m_pagesAtLast = m_logPages;
    m_isTooLong = false;
}

void Checkpointer::ask()
{
    m_pagesAtLast = m_logPages;
    const std::lock_guard lock(m_mutex);
    m_isAsked = true;
    m_changed.notify_all();
}

bool Checkpointer::isIdle()
{
    const std::lock_guard lock(m_mutex);
    return !m_isAsked && !m_isBusy;
}

void Checkpointer::waitUntilIdle()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_isAsked && !m_isBusy; });
}

void Checkpointer::run(const QString &path)
{
    std::unique_ptr<SqliteConnection> connection; // most stores never need one
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_isAsked || m_isStopping; });
        if (m_isStopping)
            break;
        m_isAsked = false;
        m_isBusy = true;
        lock.unlock();
        if (!connection) {
            if (auto opened = SqliteConnection::open(path, Access::ReadWrite, m_synchronous))
                connection = std::move(*opened);
        }
        if (connection) // else the writer moves the log once it is too long
            connection->checkpoint();
        lock.lock();
        m_isBusy = false;
        m_changed.notify_all();
    }
}

} // namespace xray::store
