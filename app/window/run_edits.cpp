// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/run_edits.h"

#include <QCoreApplication>
#include <QPointer>

namespace xray::app {

namespace {

/// What went wrong first, if anything did.
std::optional<Error> errorOf(const SubmissionResult &result)
{
    if (!result.status)
        return result.status.error();
    for (const EventOutcome &outcome : result.outcomes) {
        if (!outcome)
            return outcome.error();
    }
    return std::nullopt;
}

} // namespace

RunEdits::RunEdits(EventSink &sink, items::RunListModel &runs, Session &session, QObject *parent)
    : QObject(parent)
    , m_sink(sink)
    , m_runs(runs)
    , m_session(session)
{
}

void RunEdits::submit(std::vector<Event> events, const QString &whatFailed)
{
    Submission submission;
    submission.events = std::move(events);
    submission.done = [whatFailed, alive = QPointer(this)](const SubmissionResult &result) {
        const auto error = errorOf(result);
        if (!error)
            return;
        const QString message = QStringLiteral("%1: %2").arg(whatFailed, error->message);
        QMetaObject::invokeMethod(qApp, [alive, message] {
            if (alive)
                Q_EMIT alive->failed(message);
        });
    };
    if (auto queued = m_sink.submit(std::move(submission)); !queued)
        Q_EMIT failed(QStringLiteral("%1: %2").arg(whatFailed, queued.error().message));
}

void RunEdits::saveTags(ExecutionId id, const QStringList &tags)
{
    ExecutionEvent event;
    event.kind = ExecutionEvent::Kind::Update;
    event.id = id;
    std::vector<QByteArray> utf8;
    for (const QString &tag : tags)
        utf8.push_back(tag.toUtf8());
    event.tags = std::move(utf8);
    submit({event}, QStringLiteral("The tags were not saved"));
}

void RunEdits::deleteRuns(const std::vector<ExecutionId> &ids)
{
    if (ids.empty())
        return;
    m_runs.hide(ids);
    std::vector<Event> events;
    for (const ExecutionId &id : ids) {
        events.emplace_back(DeleteEvent{id, kUndoDelete});
        if (m_session.openRunId() == id)
            m_session.closeRun();
    }
    submit(std::move(events), QStringLiteral("The runs were not deleted"));
    m_deleted = ids;
    Q_EMIT deleted(static_cast<qint64>(ids.size()));
}

void RunEdits::undoDelete()
{
    if (m_deleted.empty())
        return;
    std::vector<Event> events;
    for (const ExecutionId &id : m_deleted)
        events.emplace_back(RestoreEvent{id});
    m_runs.unhide(m_deleted);
    m_deleted.clear();
    submit(std::move(events), QStringLiteral("The runs could not be brought back"));
}

} // namespace xray::app
