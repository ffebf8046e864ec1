// SPDX-License-Identifier: GPL-3.0-or-later
// The right to write to one SQLite store, held by at most one process: a lock file beside the
// database. A holder that crashed is noticed by its process id being gone. Used on the writer's
// thread.
#pragma once

#include <QLockFile>
#include <QString>

namespace xray::store {

class WriterLease
{
public:
    enum class State {
        Held,
        HeldByOther,
        Impossible, ///< the folder cannot be written: the store is read-only here
    };

    explicit WriterLease(const QString &databasePath);

    /// Takes the lease if nobody has it. Returns at once.
    State tryTake();
    [[nodiscard]] State state() const noexcept { return m_state; }
    void giveUp();

    /// The process that holds it, as far as known: "xrayctl (process 4711 on host)".
    [[nodiscard]] QString holder() const;

private:
    QLockFile m_lock;
    State m_state = State::HeldByOther;
};

} // namespace xray::store
