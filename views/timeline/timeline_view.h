// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of one run: a Gantt chart with a row per step, an overview, a ruler and the steps'
// names. It is given immutable snapshots and says what a person selects; while the run is live its
// open bars grow with the clock. Owned by whoever places it. GUI thread.
//
// Mouse: the wheel scrolls, with Ctrl it zooms around the pointer, with Shift it pans; a drag pans,
// a double click zooms to the bar, a drag over the ruler zooms to that range. Keys: arrows move the
// selection and fold, + - W S zoom, A D pan, F or 0 fit, Home and End, Enter activates.
#pragma once

#include "views/timeline/timeline_scene.h"
#include "views/timeline/visible_range.h"

#include <model/timeline/geometry.h>
#include <model/timeline/run_shape.h>

#include <QAbstractScrollArea>
#include <QTimer>

#include <functional>
#include <memory>

namespace xray::views {

class OverviewStrip;
class ShapeMaker;
class StepGutter;
class TimelineInput;
class TimeRuler;

class TimelineView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    using Clock = std::function<TimeNs()>;

    explicit TimelineView(QWidget *parent = nullptr);
    ~TimelineView() override;

    /// Null shows no run. A new snapshot of the same run keeps zoom, scroll, folding and selection;
    /// another run starts fitted, unfolded and unselected. A large run is arranged in the
    /// background: until then the snapshot before it is shown, and of another run nothing.
    void setSnapshot(const RunSnapshotPtr &snapshot);
    /// Shows the step as selected, scrolled into sight; emits nothing. A step that is folded away
    /// is shown within the row it is folded into.
    void setSelectedStep(std::optional<StepId> step);
    [[nodiscard]] std::optional<StepId> selectedStep() const { return m_scene.selectedStep; }

    /// What is unusual about that step, to stand beside its bar while it is the selected one.
    void setRemark(StepId step, const QString &remark);

    /// On: the now line and the newest row stay in sight. Off: nothing moves but the growing bars.
    /// It goes off by itself when a person scrolls or moves the now line out of sight.
    void setFollow(Follow follow);
    [[nodiscard]] Follow follow() const { return m_time.follow(); }

    /// The visible part of time, nanoseconds since the epoch; cut to the run and a little more.
    void setVisibleRange(const timeline::TimeRange &range);
    [[nodiscard]] timeline::TimeRange visibleRange() const { return m_scene.range; }
    void fit();
    /// Shortens the visible range by `factor` around the pixel `x` of the bars' area.
    void zoomAt(double x, double factor);

    /// Where "now" comes from, the system's clock by default.
    void setClock(Clock clock);
    /// What is shown, for tests and for those who explain it.
    [[nodiscard]] const TimelineScene &scene() const { return m_scene; }
    /// The bars of the visible rows as painted, x from the left of the viewport.
    [[nodiscard]] const std::vector<timeline::Bar> &visibleBars() const;
    [[nodiscard]] bool isTicking() const { return m_timer.isActive(); }

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void stepSelected(xray::StepId step);
    void stepActivated(xray::StepId step);
    void followChanged(xray::views::Follow follow);
    void visibleRangeChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    friend class TimelineInput; // does what a person does, with what is private to others

    struct Anchor;
    struct BarsKey
    {
        timeline::RowRange rows;
        timeline::TimeRange range;
        TimeNs now = 0;
        int width = -1;
        int layoutVersion = 0;
        friend bool operator==(const BarsKey &, const BarsKey &) = default;
    };

    void connectParts();
    void tick();
    void placeParts();
    void updateTimer();
    void updateParts();
    void updateDescription();

    void startRun(const RunSnapshotPtr &snapshot);
    void setSceneSnapshot(const RunSnapshotPtr &snapshot, TimeNs lastEvent);
    void takeShape(timeline::RunShape &&shape);
    void updateRange();
    void relayout();
    void layoutChanged();
    void refreshNow();
    void refreshCurrentRow();
    void updateScrollRange();
    [[nodiscard]] Anchor topRow() const;
    void restoreTopRow(const Anchor &anchor);

    void tellRange();
    void tellChosenRange();
    void chooseRange(const timeline::TimeRange &range);
    void panBy(double pixels);
    void revealRowsOfRange(TimeNs focus);
    void showRowInTheMiddle(qsizetype row);
    void showNewestRow();
    void stopFollowing();
    [[nodiscard]] timeline::TimeRange spanOfRow(qsizetype row) const;

    void selectRow(qsizetype row);
    void moveSelection(qsizetype by);
    void stepInto();
    void stepOut();
    void toggleFold(qsizetype row);
    void setFolded(qsizetype row, timeline::RowFold fold);
    void activate(qsizetype row);
    void revealRow(qsizetype row);
    void revealBar(qsizetype row);
    void revealCurrent();

    [[nodiscard]] qsizetype barAt(QPoint position) const;
    void refreshBars() const;
    [[nodiscard]] const std::vector<timeline::Bar> &visiblePath() const;
    void paintEmpty(QPainter &painter);
    [[nodiscard]] QString emptyText() const;

    TimelineScene m_scene;
    VisibleRange m_time{m_scene};
    OverviewStrip *m_overview;
    TimeRuler *m_ruler;
    StepGutter *m_gutter;
    std::unique_ptr<TimelineInput> m_input;
    ShapeMaker *m_shapes;
    QTimer m_timer;
    Clock m_clock;
    TimeNs m_lastEvent = 0;  ///< of the snapshot
    qsizetype m_newest = -1; ///< position of the step that started last
    timeline::TimeRange m_toldRange;
    bool m_isNewRun = false;     ///< nothing of the run has been shown yet
    bool m_revealWanted = false; ///< the selected step is to come into sight once it is there
    timeline::RowKind m_currentKind = timeline::RowKind::Step;
    int m_gutterWidth;
    int m_layoutVersion = 0;
    mutable BarsKey m_barsKey;
    mutable std::vector<timeline::Bar> m_bars;
    mutable std::vector<timeline::Bar> m_pathBars;
};

} // namespace xray::views
