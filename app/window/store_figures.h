// SPDX-License-Identifier: GPL-3.0-or-later
// How much the open store holds, and of what, counted anew while it changes: the totals twice a
// second, what the run list's filter offers at a distance that grows with the time it takes. Made
// for a host and gone before it. Owned by the workspace; GUI thread.
#pragma once

#include <model/core/ports.h>

#include <QTimer>

namespace xray::app {

class StoreFigures : public QObject
{
    Q_OBJECT

public:
    /// Counts for the first time once the event loop runs.
    explicit StoreFigures(RunSource &source, QObject *parent = nullptr);

    /// Something was committed.
    void noteChange();

Q_SIGNALS:
    void totalsChanged(const xray::StoreTotals &totals);
    void facetsChanged(const xray::RunFacets &facets);

private:
    void countTotals();
    void scheduleFacets();
    void countFacets();

    RunSource &m_source;
    TicketOffice m_tickets;
    QTimer m_totalsPause;
    QTimer m_facetsPause;
    int m_facetsPauseMs;
    bool m_facetsAreStale = true;
    bool m_isCountingFacets = false;
};

} // namespace xray::app
