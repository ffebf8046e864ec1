// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/store_figures.h"

#include <model/core/answer.h>

#include <QElapsedTimer>

#include <algorithm>

namespace xray::app {

namespace {

constexpr int kIntervalMs = 500; ///< between two counts of a store that changes
/// Counting what the filter offers takes a second at a million runs: so many times as long it
/// rests.
constexpr int kFacetsRest = 20;

} // namespace

StoreFigures::StoreFigures(RunSource &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_facetsPauseMs(kIntervalMs) // what the filter offers can wait for the list
{
    m_totalsPause.setSingleShot(true);
    m_facetsPause.setSingleShot(true);
    connect(&m_totalsPause, &QTimer::timeout, this, &StoreFigures::countTotals);
    connect(&m_facetsPause, &QTimer::timeout, this, &StoreFigures::countFacets);
    m_totalsPause.start(0);
    scheduleFacets();
}

void StoreFigures::noteChange()
{
    if (!m_totalsPause.isActive())
        m_totalsPause.start(kIntervalMs);
    m_facetsAreStale = true;
    scheduleFacets();
}

void StoreFigures::countTotals()
{
    const Ticket ticket = m_tickets.issue();
    whenAnswered(m_source.totals(ticket), this,
                 [this, ticket](const Answered<StoreTotals> &answer) {
                     if (answer && !ticket.isCancelled())
                         Q_EMIT totalsChanged(**answer);
                 });
}

void StoreFigures::scheduleFacets()
{
    if (m_facetsAreStale && !m_isCountingFacets && !m_facetsPause.isActive())
        m_facetsPause.start(m_facetsPauseMs);
}

void StoreFigures::countFacets()
{
    m_facetsAreStale = false;
    m_isCountingFacets = true;
    QElapsedTimer watch;
    watch.start();
    whenAnswered(m_source.facets({}), this, [this, watch](const Answered<RunFacets> &answer) {
        m_isCountingFacets = false;
        m_facetsPauseMs =
            std::max<int>(kIntervalMs, kFacetsRest * static_cast<int>(watch.elapsed()));
        if (answer)
            Q_EMIT facetsChanged(**answer);
        scheduleFacets();
    });
}

} // namespace xray::app
