// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for the trends of what the session has asked, while they are shown, and makes what is
// brushed or clicked in the charts a part of the query. Made by the query page with its views,
// which outlive it; GUI thread.
#pragma once

#include "app/window/query_session.h"

namespace xray::views {
class ResultsPanel;
class TrendsPanel;
} // namespace xray::views

namespace xray::app {

class QueryTrends final : public QObject
{
    Q_OBJECT

public:
    QueryTrends(QuerySession &session, views::ResultsPanel &results, views::TrendsPanel &trends);

Q_SIGNALS:
    /// The query has other bounds now.
    void narrowed();
    /// Only what belongs to that series is wanted.
    void seriesPicked(const xray::query::Condition &condition);

private:
    void connectPanel();
    void ask();
    void askTrend();
    void askSpread();
    void cancel();
    void narrowTo(const query::Field &field, const std::optional<query::Value> &from,
                  const std::optional<query::Value> &to);

    QuerySession &m_session;
    views::ResultsPanel &m_results;
    views::TrendsPanel &m_trends;
    TicketOffice m_trendTickets;
    TicketOffice m_spreadTickets;
};

} // namespace xray::app
