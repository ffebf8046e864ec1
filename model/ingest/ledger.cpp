// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/ledger.h"

namespace xray::ingest {

void Ledger::countRequest()
{
    const std::lock_guard lock(m_mutex);
    ++m_stats.requests;
}

void Ledger::countAccepted(qint64 events)
{
    const std::lock_guard lock(m_mutex);
    m_stats.accepted += events;
}

void Ledger::countGaveWay()
{
    const std::lock_guard lock(m_mutex);
    ++m_stats.gaveWay;
}

void Ledger::refuse(Refusal refusal)
{
    const std::lock_guard lock(m_mutex);
    ++m_stats.rejected;
    ++m_stats.rejectedByCode[refusal.code.toUtf8()];
    m_refusals.push_back(std::move(refusal));
    if (m_refusals.size() > kRemembered)
        m_refusals.pop_front();
}

ListenerStats Ledger::stats() const
{
    const std::lock_guard lock(m_mutex);
    return m_stats;
}

std::vector<Refusal> Ledger::recentRefusals() const
{
    const std::lock_guard lock(m_mutex);
    return {m_refusals.begin(), m_refusals.end()};
}

Refusal refusalOf(const HttpRequest &request, int status, const Error &error)
{
    return {.at = nowNs(),
            .peer = QString::fromUtf8(request.peer),
            .what = QString::fromUtf8(request.method + ' ' + request.path.left(200)),
            .status = status,
            .code = QString::fromLatin1(errorCodeName(error.code)),
            .message = error.message,
            .field = error.field,
            .line = error.line.value_or(0)};
}

} // namespace xray::ingest
