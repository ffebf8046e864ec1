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

    /// To be called after commits: has the log moved when it has grown. The end of a long one,
    /// which is little if the disk keeps up, is moved here and now.
    void keepUp();

private:
    void run(const QString &path);
    void ask();
    void finish();
    bool isIdle();
    void waitUntilIdle();

    SqliteConnection &m_writer;
    const Synchronous m_synchronous;
    int m_logPages = 0;       ///< told by SQLite at each commit
    int m_pagesAtLast = 0;    ///< when the log was last moved, or asked to be
    bool m_isTooLong = false; ///< it is to begin anew
    std::mutex m_mutex;       ///< of those that follow
    std::condition_variable m_changed;
    bool m_isAsked = false; ///< and not begun
    bool m_isBusy = false;
    bool m_isStopping = false;
    std::thread m_thread;
};

} // namespace xray::store
