// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/change_notifier.h"

#include "model/store/run_reader.h"

#include <QLoggingCategory>

#include <chrono>
#include <utility>

namespace xray::store {

Q_LOGGING_CATEGORY(lcNotifier, "xray.store.notifier")

namespace {

using namespace std::chrono_literals;

/// Another process's commit is noticed within this; one look costs about a microsecond.
constexpr auto kPollInterval = 50ms;
/// Between two looks, so that a burst of commits is told in few batches and leaves the processor to
/// the writer; nobody sees the difference.
constexpr auto kRest = 5ms;
/// Entries of the feed told in one batch.
constexpr int kMaxChangesPerBatch = 50'000;

class FeedReader
{
public:
    FeedReader(QString path, Revision known)
        : m_path(std::move(path))
        , m_known(known)
    {
    }

    /// What changed since the last call; null when nothing did or the store cannot be read now.
    ChangeBatchPtr next()
    {
        if (!m_reader && !open())
            return nullptr;
        auto batch = m_reader->changesSince(m_known, kMaxChangesPerBatch);
        if (!batch) {
            qCWarning(lcNotifier) << "reading the change feed failed:" << batch.error().message;
            return nullptr;
        }
        if ((*batch)->to <= m_known)
            return nullptr;
        m_known = (*batch)->to;
        return *batch;
    }

private:
    bool open()
    {
        auto connection = SqliteConnection::open(m_path, Access::ReadOnly);
        if (!connection)
            return false;
        m_reader = std::make_unique<RunReader>(std::move(*connection), m_path);
        return true;
    }

    QString m_path;
    std::unique_ptr<RunReader> m_reader;
    Revision m_known;
};

} // namespace

ChangeNotifier::ChangeNotifier(QString path)
    : m_path(std::move(path))
{
}

ChangeNotifier::~ChangeNotifier()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_changed.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void ChangeNotifier::start(Revision known)
{
    m_thread = std::thread([this, known] { run(known); });
}

void ChangeNotifier::wake()
{
    const std::lock_guard lock(m_mutex);
    if (!std::exchange(m_woken, true))
        m_changed.notify_all();
}

/// False when it is time to stop.
bool ChangeNotifier::waitForWake()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, kRest, [this] { return m_stopping; });
    m_changed.wait_for(lock, kPollInterval, [this] { return m_woken || m_stopping; });
    m_woken = false;
    return !m_stopping;
}

void ChangeNotifier::run(Revision known)
{
    FeedReader feed(m_path, known);
    do {
        // The newest revision is one look at the feed's key, and data_version would only tell
        // that some table changed: so the feed itself is asked.
        while (const ChangeBatchPtr batch = feed.next())
            Q_EMIT changed(batch);
    } while (waitForWake());
}

} // namespace xray::store
