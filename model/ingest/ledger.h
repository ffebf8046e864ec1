// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what the HTTP door accepts and refuses, and remembers the latest kinds of refusals, so
// that nothing is turned away unseen. What it keeps is bounded, whatever strangers send: so many
// kinds, so much text of each. Owned by the Listener; thread-safe.
#pragma once

#include "model/ingest/http_message.h"
#include "model/ingest/listener_stats.h"

#include <mutex>
#include <vector>

namespace xray::ingest {

class Ledger
{
public:
    /// Kinds of refusals that are remembered.
    static constexpr std::size_t kRemembered = 200;
    /// Characters of each of a refusal's texts.
    static constexpr qsizetype kLongestText = 300;

    void countRequest();
    void countAccepted(qint64 events);
    void countGaveWay();
    void refuse(Refusal refusal);

    [[nodiscard]] ListenerStats stats() const;
    /// The one that came last is at the end.
    [[nodiscard]] std::vector<Refusal> recentRefusals() const;

private:
    void remember(Refusal refusal);
    void forgetOne();

    mutable std::mutex m_mutex;
    ListenerStats m_stats; // without what only the sockets know
    std::vector<Refusal> m_refusals;
    std::map<QString, int> m_kindsByCode; // of those that are remembered
};

/// The refusal of a whole request, or with a line of one event of it.
[[nodiscard]] Refusal refusalOf(const HttpRequest &request, int status, const Error &error);

} // namespace xray::ingest
