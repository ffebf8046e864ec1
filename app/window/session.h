// SPDX-License-Identifier: GPL-3.0-or-later
// What the user is looking at: the open run, the selected step, whether the view follows what is
// live, and the way back. Views send it intents and show what it signals; it asks the source and
// keeps the open run current as the feed tells of changes. GUI thread; waits for nothing.
#pragma once

#include <views/look/follow.h>

#include <model/core/ports.h>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace xray::app {

/// A live run's picture changes at most this often, in milliseconds; the first change at once.
inline constexpr int kRefreshIntervalMs = 100;

/// What the open run shows of the steps that are a framework's plumbing.
enum class Plumbing { Folded, Shown };

/// Whether the user asked for it or the program did (following).
enum class Reason { User, Program };

using StepDetailPtr = std::shared_ptr<const StepDetail>;

class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(RunSource &source, QObject *parent = nullptr);

    [[nodiscard]] std::optional<ExecutionId> openRunId() const { return m_runId; }
    /// As it is shown, see setPlumbing().
    [[nodiscard]] RunSnapshotPtr run() const { return m_run; }
    [[nodiscard]] Plumbing plumbing() const { return m_plumbing; }
    /// How many steps of the open run are not shown.
    [[nodiscard]] qsizetype foldedSteps() const;
    [[nodiscard]] std::optional<StepId> selectedStep() const { return m_stepId; }
    /// Its place in the open run, from 0; -1 when there is none.
    [[nodiscard]] qsizetype selectedPosition() const;
    [[nodiscard]] StepDetailPtr stepDetail() const { return m_detail; }
    [[nodiscard]] views::Follow follow() const { return m_follow; }
    /// To the run before, or to where the user was before following led away.
    [[nodiscard]] bool canGoBack() const;
    [[nodiscard]] bool canGoForward() const { return m_place + 1 < m_history.size(); }

    /// Opens a run, at `step` or at its most telling one. A user who opens a run that is over
    /// stops following, so that nothing takes it away.
    void openRun(ExecutionId id, Reason reason = Reason::User, std::optional<StepId> step = {});
    void closeRun();
    void selectStep(StepId id);
    /// The step `distance` places further in step order, if there is one.
    void selectNeighbour(int distance);
    void setFollow(views::Follow follow);
    void setPlumbing(Plumbing plumbing);
    void goBack();
    void goForward();
    /// Asks again for what failed to load.
    void retry();

    void applyChanges(const ChangeBatchPtr &batch);
    /// Whether a live run should be opened: following, and none is on the screen.
    [[nodiscard]] bool wantsLiveRun() const;
    /// Opens the run if it is live and one is wanted.
    void offerLiveRun(const Execution &run);

Q_SIGNALS:
    void runOpening(xray::ExecutionId id);
    void runChanged(const xray::RunSnapshotPtr &run);
    void runFailed(const xray::Error &error);
    void runClosed();
    void stepSelected(const std::optional<xray::StepId> &id);
    void stepDetailLoading();
    void stepDetailChanged(const std::shared_ptr<const xray::StepDetail> &detail);
    void stepDetailFailed(const xray::Error &error);
    void followChanged(xray::views::Follow follow);
    void plumbingChanged(xray::app::Plumbing plumbing);
    void historyChanged();

private:
    struct Place
    {
        ExecutionId run;
        std::optional<StepId> step;
        friend bool operator==(const Place &, const Place &) = default;
    };

    void loadRun(std::optional<StepId> step);
    void showRun(RunSnapshotPtr run);
    void unfoldFor(const std::optional<StepId> &step);
    void scheduleRefresh();
    void refreshRun();
    void loadStepDetail();
    void remember(const Place &place);
    [[nodiscard]] bool wasLedAway() const;
    void restore(std::size_t place);

    RunSource &m_source;
    TicketOffice m_runTickets;
    TicketOffice m_detailTickets;
    std::optional<ExecutionId> m_runId;
    Reason m_openedBy = Reason::User;
    std::optional<StepId> m_stepId;
    mutable qsizetype m_position = -1; ///< where the selected step was last found
    RunSnapshotPtr m_wholeRun;
    RunSnapshotPtr m_run; ///< m_wholeRun, or without its plumbing
    Plumbing m_plumbing = Plumbing::Folded;
    StepDetailPtr m_detail;
    views::Follow m_follow = views::Follow::On;

    std::unordered_set<StepRow> m_changedSteps; ///< of the open run, not read yet
    bool m_runIsStale = false;
    bool m_refreshing = false;
    QTimer m_refreshTimer;
    QElapsedTimer m_sinceRefresh;

    std::vector<Place> m_history;
    std::size_t m_place = 0;
};

} // namespace xray::app
