// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/ledger.h"

#include <algorithm>

namespace xray::ingest {

namespace {

/// Cut to size, and without what could break a line or turn it around on a screen.
QString presentable(const QString &text)
{
    QString shown = text.left(Ledger::kLongestText);
    for (QChar &c : shown) {
        const QChar::Category category = c.category();
        if (category == QChar::Other_Control || category == QChar::Other_Format ||
            category == QChar::Separator_Line || category == QChar::Separator_Paragraph)
            c = QChar::ReplacementCharacter;
    }
    return shown.size() < text.size() ? shown + QChar(0x2026) : shown;
}

QStringView hostOf(const QString &peer)
{
    return QStringView(peer).left(peer.lastIndexOf(QLatin1Char(':')));
}

/// Whether both were refused the same for the same reason. A client has another port with every
/// connection, so ports do not count.
bool isSameKind(const Refusal &a, const Refusal &b)
{
    return a.status == b.status && a.code == b.code && a.message == b.message && a.what == b.what &&
           hostOf(a.peer) == hostOf(b.peer);
}

} // namespace

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
    for (QString *text : {&refusal.what, &refusal.message, &refusal.field})
        *text = presentable(*text);
    const std::lock_guard lock(m_mutex);
    m_stats.rejected += refusal.count;
    m_stats.rejectedByCode[refusal.code.toUtf8()] += refusal.count;
    remember(std::move(refusal));
}

/// Looks from the end: what comes often is there.
void Ledger::remember(Refusal refusal)
{
    const auto known =
        std::find_if(m_refusals.rbegin(), m_refusals.rend(),
                     [&refusal](const Refusal &other) { return isSameKind(other, refusal); });
    if (known != m_refusals.rend()) {
        refusal.count += known->count;
        m_refusals.erase(std::next(known).base());
    } else {
        if (m_refusals.size() == kRemembered)
            forgetOne();
        ++m_kindsByCode[refusal.code];
    }
    m_refusals.push_back(std::move(refusal));
}

/// The oldest of the code that has the most kinds, so that a flood of ever new texts hides nothing
/// but itself.
void Ledger::forgetOne()
{
    const auto most =
        std::ranges::max_element(m_kindsByCode, {}, &std::pair<const QString, int>::second);
    m_refusals.erase(std::ranges::find(m_refusals, most->first, &Refusal::code));
    --most->second;
}

ListenerStats Ledger::stats() const
{
    const std::lock_guard lock(m_mutex);
    return m_stats;
}

std::vector<Refusal> Ledger::recentRefusals() const
{
    const std::lock_guard lock(m_mutex);
    return m_refusals;
}

Refusal refusalOf(const HttpRequest &request, int status, const Error &error)
{
    return {.at = nowNs(),
            .peer = QString::fromUtf8(request.peer),
            .what = QString::fromUtf8(request.method + ' ' + request.path).trimmed(),
            .status = status,
            .code = QString::fromLatin1(errorCodeName(error.code)),
            .message = error.message,
            .field = error.field,
            .line = error.line.value_or(0)};
}

} // namespace xray::ingest
