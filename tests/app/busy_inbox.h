// SPDX-License-Identifier: GPL-3.0-or-later
// A process without a listener: puts runs into the table inbox of a store, one INSERT an event,
// from a thread of its own, at the pace at which pipelines are acknowledged, until it is stopped.
// It remembers each row whose INSERT was committed, which is its acknowledgement. For tests only;
// owned by the test.
#pragma once

#include "tests/app/busy_pipeline.h"

#include <QString>

#include <atomic>
#include <thread>
#include <vector>

namespace xray::test {

class BusyInbox
{
public:
    struct Row
    {
        QByteArray body;
        Left left; ///< what is there once it has been read
    };

    /// The store must exist. `acknowledged` is what the pipelines count.
    BusyInbox(QString storePath, std::atomic<int> &acknowledged);
    ~BusyInbox() { stop(); }
    BusyInbox(const BusyInbox &) = delete;
    BusyInbox &operator=(const BusyInbox &) = delete;

    void stop();
    /// After stop().
    [[nodiscard]] const std::vector<Row> &committed() const { return m_committed; }
    /// Puts all of it once more. False when a row could not be put.
    [[nodiscard]] bool putAgain() const;

private:
    void work();

    const QString m_path;
    std::atomic<int> &m_acknowledged;
    std::atomic<bool> m_isStopped = false;
    std::vector<Row> m_committed;
    std::thread m_thread;
};

} // namespace xray::test
