// SPDX-License-Identifier: GPL-3.0-or-later
// A Ticket says whether the one who asked still wants the answer. The asker keeps it and cancels
// it when the question is moot; the reader looks at it while it works, and notes how far it came.
// Copies share one state.
#pragma once

#include <atomic>
#include <memory>

namespace xray {

class Ticket
{
public:
    Ticket()
        : m_state(std::make_shared<State>())
    {
    }

    void cancel() const noexcept { m_state->cancelled.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool isCancelled() const noexcept
    {
        return m_state->cancelled.load(std::memory_order_relaxed);
    }

    /// How much of the work is done, 0 to 1; below 0 while nobody can say.
    void setProgress(double done) const noexcept
    {
        m_state->progress.store(done, std::memory_order_relaxed);
    }
    [[nodiscard]] double progress() const noexcept
    {
        return m_state->progress.load(std::memory_order_relaxed);
    }

private:
    struct State
    {
        std::atomic<bool> cancelled = false;
        std::atomic<double> progress = -1.0;
    };
    std::shared_ptr<State> m_state;
};

/// Holds the newest ticket of one kind of question: issuing the next one cancels the one before.
class TicketOffice
{
public:
    TicketOffice() = default;
    TicketOffice(const TicketOffice &) = delete;
    TicketOffice &operator=(const TicketOffice &) = delete;
    ~TicketOffice() { m_current.cancel(); }

    [[nodiscard]] Ticket issue()
    {
        m_current.cancel();
        m_current = Ticket();
        return m_current;
    }
    void cancel() { m_current.cancel(); }

private:
    Ticket m_current;
};

} // namespace xray
