// SPDX-License-Identifier: GPL-3.0-or-later
// One file of the spool: a first line that says which store its events wait for, then records,
// each one submission with its length, CRC-32 and time, appended and synced before anyone is told.
// Locked by the process that writes it; whoever finds it unlocked may read it on. Used on the
// writer's thread.
//
//     #xray-spool 1 /path/of/the/store.db
//     #record 186 5a3f00c1 each 1763840000000000000
//     {"op":"start",…}
//     {"op":"step",…}
#pragma once

#include <model/core/event.h>

#include <QFile>

#include <memory>
#include <span>
#include <vector>

namespace xray::store {

/// What one request brought.
struct SpoolRecord
{
    TimeNs receivedAt = 0;
    Atomicity atomicity = Atomicity::EachAlone;
    QByteArray lines; ///< one event a line, in the words of POST /batch

    friend bool operator==(const SpoolRecord &, const SpoolRecord &) = default;
};

class SpoolFile
{
public:
    /// A new file for events that wait for `store`, made with its folder.
    [[nodiscard]] static Result<std::unique_ptr<SpoolFile>> create(const QString &path,
                                                                   const QString &store);
    /// A file that a process left behind. Null when that process still runs, or when the file
    /// waits for another store.
    [[nodiscard]] static std::unique_ptr<SpoolFile> adopt(const QString &path,
                                                          const QString &store);

    /// On the disk when it returns; nothing of it otherwise.
    [[nodiscard]] Result<> append(std::span<const SpoolRecord> records);

    /// The oldest records that advance() has not passed: at least one, if any waits, then as many
    /// as fit into `maxBytes`. What cannot be read is passed over and stays in the file.
    [[nodiscard]] Result<std::vector<SpoolRecord>> next(qint64 maxBytes);
    /// Past what next() gave.
    void advance() { m_position = m_readTo; }

    [[nodiscard]] qint64 waitingBytes() const noexcept { return m_end - m_position; }
    /// Removes the file when all of it was read; keeps it under another name when some could not
    /// be.
    void finish();

private:
    explicit SpoolFile(const QString &path)
        : m_file(path)
    {
    }

    QFile m_file;
    qint64 m_position = 0; ///< of the first record that still waits
    qint64 m_readTo = 0;
    qint64 m_end = 0;
    qint64 m_damagedBytes = 0;
};

} // namespace xray::store
