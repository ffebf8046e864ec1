// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/run_list_text.h"

#include <model/core/text.h>

namespace xray::items {

namespace {

QString counted(qint64 count, const QString &one, const QString &many)
{
    return formatCount(count) + u' ' + (count == 1 ? one : many);
}

QString stepsText(const Execution &run)
{
    const QString text = counted(run.stepCount, QStringLiteral("step"), QStringLiteral("steps"));
    return run.status == RunStatus::Running ? text + u'…' : text;
}

QString errorsText(const Execution &run)
{
    return counted(run.errorCount, QStringLiteral("error"), QStringLiteral("errors"));
}

QString subjectOf(const Execution &run)
{
    if (run.status == RunStatus::Failed && !run.failure.isEmpty())
        return run.failure;
    if (run.status != RunStatus::Completed || run.outcome.isEmpty())
        return run.title;
    return run.title.isEmpty() ? run.outcome : run.title + QStringLiteral(" → ") + run.outcome;
}

/// "0:04", "12:31" or "3:04:10".
QString clockText(DurationNs duration)
{
    const qint64 seconds = qMax<qint64>(duration, 0) / kNsPerSecond;
    const auto padded = [](qint64 value) {
        return QStringLiteral("%1").arg(value, 2, 10, QChar(u'0'));
    };
    const QString tail = padded(seconds % 60);
    if (seconds < 3600)
        return QString::number(seconds / 60) + u':' + tail;
    return QString::number(seconds / 3600) + u':' + padded(seconds / 60 % 60) + u':' + tail;
}

QString takenText(const Execution &run)
{
    if (run.duration)
        return formatDuration(*run.duration);
    return QLatin1String(toWord(run.status));
}

} // namespace

QString runSubtitle(const Execution &run)
{
    const bool failed = run.status == RunStatus::Failed && run.errorCount > 0;
    QStringList parts{subjectOf(run)};
    if (failed)
        parts += errorsText(run);
    parts += run.environment;
    if (!failed)
        parts += stepsText(run);
    if (!failed && run.errorCount > 0)
        parts += errorsText(run);
    if (run.source == Source::Otlp)
        parts += QStringLiteral("OTLP");
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString runDurationText(const Execution &run, TimeNs now)
{
    switch (run.status) {
    case RunStatus::Running:
        return QStringLiteral("running ") + clockText(now - run.startedAt);
    case RunStatus::Incomplete:
        return QStringLiteral("incomplete");
    case RunStatus::Completed:
    case RunStatus::Failed:
        return takenText(run);
    }
    return {};
}

QString runSpokenText(const Execution &run, TimeNs now)
{
    QStringList parts{run.pipelineName, QLatin1String(toWord(run.status))};
    if (run.status == RunStatus::Completed || run.status == RunStatus::Failed)
        parts += runDurationText(run, now);
    parts += runSubtitle(run).split(QStringLiteral(" · "), Qt::SkipEmptyParts);
    parts += formatAgo(run.startedAt, now);
    if (!run.tags.isEmpty())
        parts += QStringLiteral("tags ") + run.tags.join(QStringLiteral(" "));
    parts.removeDuplicates();
    return parts.join(QStringLiteral(", "));
}

} // namespace xray::items
