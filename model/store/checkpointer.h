// SPDX-License-Identifier: GPL-3.0-or-later
// Moves the write-ahead log into the database file, on a thread and a connection of its own, so
// that the writer does not wait for the disk while it does. Owned by the writer while it holds the
// lease, used on its thread. See docs/decisions/010.
#pragma once

#include "model/store/sqlite_connection.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace xray::store {

class Checkpointer
{
public:
    /// From now on commits of `writer`, which must outlive this, leave the log alone.
    Checkpointer(SqliteConnection &writer, Synchronous synchronous);
    ~Checkpointer();
    Checkpointer(const Checkpointer &) = delete;
    Checkpointer &operator=(const Checkpointer &) = delete;

    /// To be called after commits: has the log moved when it has grown. Moves it here and now, and
    /// waits for the disk, when the log grows faster than it can be moved.
    void keepUp();

private:
    void run(const QString &path);
    void ask();
    void waitUntilIdle();

    SqliteConnection &m_writer;
    const Synchronous m_synchronous;
    int m_logPages = 0;    ///< told by SQLite at each commit
    int m_pagesAtLast = 0; ///< when the log was last moved, or asked to be
    std::mutex m_mutex;    ///< of the three that follow
    std::condition_variable m_changed;
    bool m_isAsked = false; ///< until it has been done
    bool m_isStopping = false;
    std::thread m_thread;
};

} // namespace xray::store
