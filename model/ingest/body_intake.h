// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that strangers make the listener use, counted as it is used: a Budget that all connections
// share, an Intake for the body of one request as it arrives, a Hold for a reply until it is taken.
// Used on the net thread; Budget::used() from any.
#pragma once

#include <QByteArray>

#include <atomic>
#include <utility>

namespace xray::ingest {

/// How many bytes all connections hold together.
class Budget
{
public:
    explicit Budget(qint64 limit)
        : m_limit(limit)
    {
    }
    /// False, and nothing taken, when less than `toRemain` would be left.
    [[nodiscard]] bool take(qint64 bytes, qint64 toRemain = 0)
    {
        if (m_used + bytes + toRemain > m_limit)
            return false;
        m_used += bytes;
        return true;
    }
    void release(qint64 bytes) { m_used -= bytes; }
    [[nodiscard]] qint64 limit() const { return m_limit; }
    [[nodiscard]] qint64 used() const { return m_used; }

private:
    qint64 m_limit;
    std::atomic<qint64> m_used = 0;
};

/// The body of one request as it arrives, bounded by its own limit and by the common budget, which
/// it occupies until it is destroyed.
class Intake
{
public:
    enum class Verdict { Taken, TooLarge, NoBudget };

    // A few uploads that never end must not shut out everybody else, nor must thousands of small
    // ones: large bodies leave the last sixteenth of the budget alone, small ones half of that.
    // What is left takes the tiny bodies of as many connections as the listener allows by default.
    static constexpr qint64 kTinyBody = 1024;
    static constexpr qint64 kSmallBody = 64 * 1024;

    Intake(Budget &budget, qint64 limit)
        : m_budget(budget)
        , m_limit(limit)
    {
    }
    Intake(const Intake &) = delete;
    Intake &operator=(const Intake &) = delete;
    ~Intake() { drop(); }

    [[nodiscard]] Verdict take(const char *data, std::size_t size)
    {
        const auto bytes = static_cast<qint64>(size);
        if (m_received + bytes > m_limit)
            return Verdict::TooLarge;
        if (!m_budget.take(bytes, leftAloneBy(m_received + bytes)))
            return Verdict::NoBudget;
        m_received += bytes;
        m_bytes.append(data, bytes);
        return Verdict::Taken;
    }
    [[nodiscard]] qint64 received() const { return m_received; }
    [[nodiscard]] QByteArray takeBytes() { return std::exchange(m_bytes, {}); }
    /// Gives back what was counted: the body is not wanted any more.
    void drop()
    {
        m_budget.release(std::exchange(m_received, 0));
        m_bytes = {};
    }

private:
    [[nodiscard]] qint64 leftAloneBy(qint64 bodyBytes) const
    {
        if (bodyBytes <= kTinyBody)
            return 0;
        return m_budget.limit() / (bodyBytes <= kSmallBody ? 32 : 16);
    }

    Budget &m_budget;
    qint64 m_limit;
    qint64 m_received = 0;
    QByteArray m_bytes;
};

/// Occupies a budget while it lives, if there was room.
class Hold
{
public:
    Hold(Budget &budget, qint64 bytes)
        : m_budget(budget)
        , m_bytes(budget.take(bytes) ? bytes : -1)
    {
    }
    Hold(const Hold &) = delete;
    Hold &operator=(const Hold &) = delete;
    ~Hold()
    {
        if (isGranted())
            m_budget.release(m_bytes);
    }
    [[nodiscard]] bool isGranted() const { return m_bytes >= 0; }

private:
    Budget &m_budget;
    qint64 m_bytes;
};

} // namespace xray::ingest
