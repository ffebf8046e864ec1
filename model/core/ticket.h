// SPDX-License-Identifier: GPL-3.0-or-later
// A Ticket says whether the one who asked still wants the answer. The asker keeps it and cancels
// it when the question is moot; the reader looks at it while it works. Copies share one state.
#pragma once

#include <atomic>
#include <memory>

namespace xray {

class Ticket
{
public:
    Ticket()
        : m_cancelled(std::make_shared<std::atomic<bool>>(false))
    {
    }

    void cancel() const noexcept { m_cancelled->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool isCancelled() const noexcept
    {
        return m_cancelled->load(std::memory_order_relaxed);
    }

private:
    std::shared_ptr<std::atomic<bool>> m_cancelled;
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
