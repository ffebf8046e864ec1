// SPDX-License-Identifier: GPL-3.0-or-later
// Where acknowledged events wait while their store cannot be written: a folder of files, one for
// each process that had to wait, and a file of what the store refused afterwards, which is kept.
// One folder serves any number of stores. Owned by the writer, used on its thread.
#pragma once

#include "model/store/spool_file.h"

#include <QString>

#include <deque>
#include <memory>
#include <span>

namespace xray::store {

inline constexpr qint64 kDefaultSpoolBytes = 256LL * 1024 * 1024;

struct SpoolOptions
{
    QString folder;                         ///< empty: no spool, what cannot be stored is refused
    qint64 limitBytes = kDefaultSpoolBytes; ///< of what waits and what was refused, a store
};

/// An event that was acknowledged from the spool and then refused by the store.
struct RefusedEvent
{
    TimeNs receivedAt = 0;
    QByteArray line;
    Error why;
};

class Spool
{
public:
    /// The spool of the store at `storePath`.
    Spool(SpoolOptions options, const QString &storePath);

    /// On the disk when it returns. Busy when the spool is switched off or full, Unavailable when
    /// its own disk does not take it.
    [[nodiscard]] Result<> append(std::span<const SpoolRecord> records);

    [[nodiscard]] bool isOn() const { return !folder().isEmpty() && m_options.limitBytes > 0; }
    [[nodiscard]] const QString &folder() const noexcept { return m_options.folder; }
    [[nodiscard]] bool hasWaiting() const noexcept { return !m_files.empty(); }
    [[nodiscard]] qint64 waitingBytes() const;
    /// The oldest records, see SpoolFile::next().
    [[nodiscard]] Result<std::vector<SpoolRecord>> next(qint64 maxBytes);
    /// What next() gave is in the store now.
    void advance();

    /// Keeps what the store refused, with the reason, as lines of JSON.
    [[nodiscard]] Result<> keepRefused(std::span<const RefusedEvent> events);
    [[nodiscard]] qint64 refusedEvents() const noexcept { return m_refusedEvents; }
    [[nodiscard]] QString refusedPath() const { return pathOf(QStringLiteral("refused.ndjson")); }

    /// Takes over the files of processes that are gone.
    void adoptOrphans();

private:
    [[nodiscard]] QString pathOf(const QString &name) const;
    void countRefused();

    SpoolOptions m_options;
    QString m_store;
    QString m_prefix;                               ///< of the names of this store's files
    std::deque<std::unique_ptr<SpoolFile>> m_files; ///< oldest first; none is empty
    SpoolFile *m_own = nullptr;                     ///< the one of m_files that grows
    qint64 m_refusedEvents = 0;
    qint64 m_refusedBytes = 0;
};

} // namespace xray::store
