// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session.h"

#include "app/window/telling_step.h"

#include <model/core/answer.h>
#include <model/core/step_folding.h>

#include <algorithm>

namespace xray::app {

namespace {

constexpr std::size_t kMaxHistory = 100;

bool isLive(const Execution &run)
{
    return run.status == RunStatus::Running;
}

} // namespace

Session::Session(RunSource &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_refreshTimer.setSingleShot(true);
    connect(&m_refreshTimer, &QTimer::timeout, this, &Session::refreshRun);
}

// ---- opening -------------------------------------------------------------------------------

void Session::openRun(ExecutionId id, Reason reason, std::optional<StepId> step)
{
    if (m_runId == id && m_run) {
        if (step)
            selectStep(*step);
        return;
    }
    m_runId = id;
    m_openedBy = reason;
    m_run.reset();
    m_wholeRun.reset();
    m_stepId.reset();
    m_detail.reset();
    m_detailTickets.cancel();
    if (reason == Reason::User || m_history.empty())
        remember({id, step});
    else
        Q_EMIT historyChanged(); // back leads to where the user was
    Q_EMIT runOpening(id);
    Q_EMIT stepSelected(std::nullopt);
    loadRun(step);
}

void Session::loadRun(std::optional<StepId> step)
{
    const Ticket ticket = m_runTickets.issue(); // a refresh under way is moot
    m_refreshing = false;
    m_runIsStale = false;
    m_changedSteps.clear();
    whenAnswered(m_source.openRun(*m_runId, ticket), this,
                 [this, ticket, step](const Answered<RunSnapshot> &answer) {
                     if (ticket.isCancelled())
                         return;
                     if (!answer) {
                         Q_EMIT runFailed(answer.error());
                         return;
                     }
                     const bool isFirst = !m_run;
                     showRun(*answer);
                     unfoldFor(step);
                     if (isFirst && m_openedBy == Reason::User && !isLive(m_run->run))
                         setFollow(views::Follow::Off); // to be read in peace
                     if (m_stepId)
                         loadStepDetail(); // read again after a gap in the feed
                     else if (const auto first = step ? step : mostTellingStep(*m_run))
                         selectStep(*first);
                     if (m_runIsStale)
                         scheduleRefresh();
                 });
}

void Session::showRun(RunSnapshotPtr run)
{
    m_wholeRun = std::move(run);
    m_run = m_plumbing == Plumbing::Folded ? withoutPlumbing(m_wholeRun) : m_wholeRun;
    m_sinceRefresh.start();
    Q_EMIT runChanged(m_run);
}

qsizetype Session::foldedSteps() const
{
    return m_wholeRun ? m_wholeRun->steps.size() - m_run->steps.size() : 0;
}

/// A step that was asked for is shown, whatever it is.
void Session::unfoldFor(const std::optional<StepId> &step)
{
    if (step && m_run != m_wholeRun && m_run->steps.indexOf(*step) < 0)
        setPlumbing(Plumbing::Shown);
}

void Session::setPlumbing(Plumbing plumbing)
{
    if (m_plumbing == plumbing)
        return;
    m_plumbing = plumbing;
    if (m_wholeRun)
        showRun(m_wholeRun);
    Q_EMIT plumbingChanged(plumbing);
}

void Session::closeRun()
{
    m_runTickets.cancel();
    m_detailTickets.cancel();
    m_runId.reset();
    m_run.reset();
    m_wholeRun.reset();
    m_stepId.reset();
    m_detail.reset();
    Q_EMIT stepSelected(std::nullopt);
    Q_EMIT runClosed();
}

void Session::retry()
{
    if (!m_runId)
        return;
    if (!m_run || m_runIsStale)
        loadRun(m_stepId);
    else if (m_stepId && !m_detail)
        loadStepDetail();
}

// ---- steps ---------------------------------------------------------------------------------

void Session::selectStep(StepId id)
{
    if (m_stepId == id)
        return;
    m_stepId = id;
    m_detail.reset();
    if (m_place < m_history.size() && m_runId && m_history[m_place].run == *m_runId)
        m_history[m_place].step = id;
    Q_EMIT stepSelected(m_stepId);
    loadStepDetail();
}

qsizetype Session::selectedPosition() const
{
    m_position = m_run && m_stepId ? m_run->steps.indexOf(*m_stepId, m_position) : -1;
    return m_position;
}

void Session::selectNeighbour(int distance)
{
    if (!m_run || m_run->steps.isEmpty())
        return;
    const qsizetype current = selectedPosition();
    const qsizetype target = std::clamp<qsizetype>(current + distance, 0, m_run->steps.size() - 1);
    if (target != current)
        selectStep(m_run->steps.at(target).id);
}

void Session::loadStepDetail()
{
    const Ticket ticket = m_detailTickets.issue();
    if (!m_detail)
        Q_EMIT stepDetailLoading();
    whenAnswered(m_source.stepDetail(*m_stepId, ticket), this,
                 [this, ticket](const Answered<StepDetail> &answer) {
                     if (ticket.isCancelled())
                         return;
                     if (!answer) {
                         Q_EMIT stepDetailFailed(answer.error());
                         return;
                     }
                     m_detail = *answer;
                     Q_EMIT stepDetailChanged(m_detail);
                 });
}

// ---- staying current -----------------------------------------------------------------------

void Session::applyChanges(const ChangeBatchPtr &batch)
{
    if (!m_runId)
        return;
    if (!m_run || batch->gap) {
        // Not read yet, or the feed does not say what changed: read it all again.
        m_runIsStale = true;
        if (m_run)
            loadRun(m_stepId);
        return;
    }
    for (const Change &change : batch->changes) {
        if (change.execution != m_run->run.row || change.revision <= m_run->revision)
            continue;
        m_runIsStale = true;
        if (!change.step.isNull())
            m_changedSteps.insert(change.step);
    }
    if (m_runIsStale)
        scheduleRefresh();
}

void Session::scheduleRefresh()
{
    if (m_refreshing || m_refreshTimer.isActive())
        return;
    const qint64 wait =
        m_sinceRefresh.isValid() ? kRefreshIntervalMs - m_sinceRefresh.elapsed() : 0;
    m_refreshTimer.start(static_cast<int>(std::clamp<qint64>(wait, 0, kRefreshIntervalMs)));
}

void Session::refreshRun()
{
    if (!m_run || !m_runIsStale)
        return;
    m_runIsStale = false;
    m_refreshing = true;
    const bool detailIsStale = m_detail && m_changedSteps.contains(m_detail->step.row);
    const std::vector<StepRow> changed(m_changedSteps.begin(), m_changedSteps.end());
    m_changedSteps.clear();
    const Ticket ticket = m_runTickets.issue();
    whenAnswered(m_source.refreshRun(m_wholeRun, changed, ticket), this,
                 [this, ticket, detailIsStale, changed](const Answered<RunSnapshot> &answer) {
                     if (ticket.isCancelled())
                         return;
                     m_refreshing = false;
                     if (!answer) {
                         m_runIsStale = true; // until the next change, or retry()
                         m_changedSteps.insert(changed.begin(), changed.end());
                         if (answer.error().code == ErrorCode::NotFound)
                             closeRun(); // deleted meanwhile
                         else
                             Q_EMIT runFailed(answer.error());
                         return;
                     }
                     showRun(*answer);
                     if (!m_stepId) {
                         if (const auto first = mostTellingStep(*m_run))
                             selectStep(*first);
                     } else if (detailIsStale) {
                         loadStepDetail();
                     }
                     if (m_runIsStale)
                         scheduleRefresh();
                 });
}

// ---- following -----------------------------------------------------------------------------

void Session::setFollow(views::Follow follow)
{
    if (m_follow == follow)
        return;
    m_follow = follow;
    Q_EMIT followChanged(follow);
}

bool Session::wantsLiveRun() const
{
    const bool watching = m_run && isLive(m_run->run);
    const bool opening = m_runId && !m_run;
    return m_follow == views::Follow::On && !watching && !opening;
}

void Session::offerLiveRun(const Execution &run)
{
    if (wantsLiveRun() && isLive(run) && m_runId != run.id)
        openRun(run.id, Reason::Program);
}

// ---- the way back --------------------------------------------------------------------------

void Session::remember(const Place &place)
{
    if (m_place < m_history.size() && m_history[m_place].run == place.run)
        return;
    m_history.resize(m_history.empty() ? 0 : m_place + 1);
    m_history.push_back(place);
    if (m_history.size() > kMaxHistory)
        m_history.erase(m_history.begin());
    m_place = m_history.size() - 1;
    Q_EMIT historyChanged();
}

void Session::restore(std::size_t place)
{
    m_place = place;
    const Place target = m_history[place];
    openRun(target.run, Reason::User, target.step);
    Q_EMIT historyChanged();
}

/// Following led away from the place that the user was at last.
bool Session::wasLedAway() const
{
    return m_place < m_history.size() && m_runId && m_history[m_place].run != *m_runId;
}

bool Session::canGoBack() const
{
    return m_place > 0 || wasLedAway();
}

void Session::goBack()
{
    if (canGoBack())
        restore(wasLedAway() ? m_place : m_place - 1);
}

void Session::goForward()
{
    if (canGoForward())
        restore(m_place + 1);
}

} // namespace xray::app
