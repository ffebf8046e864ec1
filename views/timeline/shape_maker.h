// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes snapshots for the timeline: a small run at once, a large one on a thread of the pool, one
// at a time, so that the GUI thread never waits for it. Of the snapshots that come meanwhile the
// latest is next. Owned by the timeline view; GUI thread.
#pragma once

#include <model/timeline/run_shape.h>

#include <QObject>

#include <functional>
#include <memory>

namespace xray::views {

/// A run of more steps than this is shaped in the background.
inline constexpr qsizetype kStepsShapedAtOnce = 2'000;

class ShapeMaker final : public QObject
{
    Q_OBJECT

public:
    /// Takes a shape over, to keep.
    using Made = std::function<void(timeline::RunShape &&shape)>;

    explicit ShapeMaker(Made made, QObject *parent = nullptr);

    /// Has it made: before this returns, or later.
    void request(const RunSnapshotPtr &snapshot, const timeline::Folding &folding);
    /// What was requested before is not wanted any more.
    void forget();
    [[nodiscard]] bool isBusy() const { return m_busy; }

private:
    struct Order
    {
        RunSnapshotPtr snapshot; ///< null: none waits
        timeline::Folding folding;
    };

    void startNext();

    Made m_made;
    Order m_next;
    bool m_busy = false;
    quint64 m_generation = 0; ///< of what is wanted: an older shape is dropped
};

} // namespace xray::views
