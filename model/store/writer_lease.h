// SPDX-License-Identifier: GPL-3.0-or-later
// The right to write to one SQLite store, held by at most one process: a lock on a file beside the
// database, which the operating system releases when its holder ends. The file also says who that
// is, and stays when the lease is free. Used on the writer's thread.
#pragma once

#include <QFile>
#include <QString>

namespace xray::store {

class WriterLease
{
public:
    enum class State {
        Held,
        HeldByOther,
        Impossible, ///< the folder cannot be written, or has no locks: read-only from here
    };

    explicit WriterLease(const QString &databasePath);

    /// Takes the lease if nobody has it. Returns at once.
    State tryTake();
    [[nodiscard]] State state() const noexcept { return m_state; }
    /// False once someone removed the lock file, beside which another could take the lease too.
    [[nodiscard]] bool isStillOurs() const;
    void giveUp();

    /// The process that holds it, as far as known: "xrayctl (process 4711 on host)".
    [[nodiscard]] QString holder() const;

private:
    void sayWhoHolds();

    QFile m_file;
    State m_state = State::HeldByOther;
};

} // namespace xray::store
