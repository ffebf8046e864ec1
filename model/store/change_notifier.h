// SPDX-License-Identifier: GPL-3.0-or-later
// Notices commits, ours and other processes', and says what they changed: a thread with a
// connection of its own that asks the change feed, some twenty times a second, for what is newer
// than the last revision it knows. The signal comes from that thread.
#pragma once

#include <model/core/ports.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace xray::store {

class ChangeNotifier final : public ChangeFeed
{
    Q_OBJECT

public:
    explicit ChangeNotifier(QString path);
    ~ChangeNotifier() override;

    /// Tells of everything after revision `known` from now on. Call once, when the store exists.
    void start(Revision known);

    /// Looks at once instead of at the next poll; from any thread. Our own writer calls it.
    void wake();

private:
    void run(Revision known);
    bool waitForWake();

    const QString m_path;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_woken = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace xray::store
