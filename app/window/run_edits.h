// SPDX-License-Identifier: GPL-3.0-or-later
// What a person changes of runs: tags, and deleting, which can be undone for a while. Says so to
// the store; the list hears of it at once. Owned by the workspace; GUI thread.
#pragma once

#include "app/window/session.h"

#include <model/items/run_list_model.h>

#include <QObject>

#include <vector>

namespace xray::app {

/// How long a deleted run can be brought back.
inline constexpr DurationNs kUndoDelete = 10 * kNsPerSecond;

class RunEdits : public QObject
{
    Q_OBJECT

public:
    /// All three are borrowed and live longer.
    RunEdits(EventSink &sink, items::RunListModel &runs, Session &session,
             QObject *parent = nullptr);

    void saveTags(ExecutionId id, const QStringList &tags);
    void deleteRuns(const std::vector<ExecutionId> &ids);
    /// Brings back what was deleted last; the store may have purged it since.
    void undoDelete();

Q_SIGNALS:
    void deleted(qint64 runs);
    /// What was not done, and why.
    void failed(const QString &message);

private:
    void submit(std::vector<Event> events, const QString &whatFailed);

    EventSink &m_sink;
    items::RunListModel &m_runs;
    Session &m_session;
    std::vector<ExecutionId> m_deleted;
};

} // namespace xray::app
