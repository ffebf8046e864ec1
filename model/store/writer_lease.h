// SPDX-License-Identifier: GPL-3.0-or-later
// The right to write to one SQLite store, held by at most one process: a lock on a file beside the
// database, which the operating system releases when its holder ends. The file also says who that
// is, and stays when the lease is free. Used on the writer's thread.
#pragma once

#include <QFile>
#include <QString>

#include <chrono>
#include <cstdint>

namespace xray::store {

/// A holder shows life every so often, and is silent when it has not for so long: it was stopped,
/// or it hangs, and neither ends its lease.
inline constexpr std::chrono::seconds kSignOfLife{5};
inline constexpr std::chrono::seconds kHolderSilence{15};

class WriterLease
{
public:
    enum class State {
        Held,
        HeldByOther,
        Impossible, ///< the folder cannot be written, or has no locks: read-only from here
    };

    explicit WriterLease(const QString &databasePath,
                         std::chrono::milliseconds silence = kHolderSilence);

    /// Takes the lease if nobody has it. Returns at once.
    State tryTake();
    [[nodiscard]] State state() const noexcept { return m_state; }
    /// False once someone removed the lock file, beside which another could take the lease too.
    [[nodiscard]] bool isStillOurs() const;
    void giveUp();
    /// Tells those who wait that we live; cheap to call often.
    void showLife();
    /// Whether tryTake() found no sign of life of the holder for some time.
    [[nodiscard]] bool isHolderSilent() const;

    /// The process that holds it, as far as known: "xrayctl (process 4711 on host)", else "another
    /// program".
    [[nodiscard]] QString holder() const;

private:
    using Clock = std::chrono::steady_clock;

    void sayWhoHolds();
    void lookForLife();

    QFile m_file;
    State m_state = State::HeldByOther;
    const std::chrono::milliseconds m_silence;
    std::int64_t m_sign = 0; ///< of life: the holder's, as nanoseconds of the file's time
    Clock::time_point m_signAt = Clock::now(); ///< when we saw it, or showed ours
};

} // namespace xray::store
