// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/labels.h"

#include <model/core/text.h>

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace xray::timeline {

namespace {

QString percentText(double percent)
{
    const double size = std::abs(percent);
    // One decimal where whole numbers would hide the difference to nothing or to all.
    const bool needsDecimal = size > 0 && (size < 1 || (size > 99 && size < 100));
    return QString::number(size, 'f', needsDecimal ? 1 : 0) + QStringLiteral(" %");
}

QString changeText(qint64 in, qint64 out)
{
    if (in <= 0 || in == out)
        return {};
    const double change = 100.0 * static_cast<double>(out - in) / static_cast<double>(in);
    const QString sign = change < 0 ? QStringLiteral("  −") : QStringLiteral("  +");
    return sign + percentText(change);
}

QString statusPrefix(StepStatus status)
{
    switch (status) {
    case StepStatus::Running:
        return QStringLiteral("running · ");
    case StepStatus::Failed:
        return QStringLiteral("failed · ");
    case StepStatus::Completed:
        return {};
    }
    return {};
}

QString errorsText(qint64 count)
{
    return count == 1 ? QStringLiteral("1 error")
                      : QStringLiteral("%1 errors").arg(formatCount(count));
}

/// A dash for a step that is over and never said how long it took.
QString durationText(const Step &step, TimeNs now)
{
    const bool untold = step.status != StepStatus::Running && !effectiveEnd(step);
    return untold ? QStringLiteral("–") : formatDuration(shownDuration(step, now));
}

} // namespace

DurationNs shownDuration(const Step &step, TimeNs now)
{
    if (step.duration && step.status != StepStatus::Running)
        return std::max<DurationNs>(*step.duration, 0);
    const TimeNs end =
        step.status == StepStatus::Running ? now : effectiveEnd(step).value_or(step.startedAt);
    return std::max<DurationNs>(saturatingSubtract(end, step.startedAt), 0);
}

QString countsText(const Step &step)
{
    if (!step.countOut)
        return {};
    const QString out = QStringLiteral("→ ") + formatCount(*step.countOut);
    if (!step.countIn)
        return out;
    return formatCount(*step.countIn) + QLatin1Char(' ') + out +
           changeText(*step.countIn, *step.countOut);
}

QString stepLabel(const Step &step, TimeNs now)
{
    QString text = statusPrefix(step.status) + durationText(step, now);
    const QString counts = countsText(step);
    if (!counts.isEmpty())
        text += (step.countIn ? QStringLiteral(" · ") : QStringLiteral(" ")) + counts;
    if (step.errorCount > 0 && step.status != StepStatus::Failed)
        text += QStringLiteral(" · ") + errorsText(step.errorCount);
    return text;
}

QString shortStepLabel(const Step &step, TimeNs now)
{
    if (step.status == StepStatus::Failed)
        return QStringLiteral("failed");
    return durationText(step, now);
}

QString groupLabel(const StepGroup &group)
{
    const auto count = static_cast<qint64>(group.members.size());
    const QString pace =
        group.maxConcurrency == 1
            ? QStringLiteral("one at a time")
            : QStringLiteral("%1 at a time").arg(formatCount(group.maxConcurrency));
    QString text = QStringLiteral("%1 calls, %2").arg(formatCount(count), pace);
    if (group.failed > 0)
        text += QStringLiteral(" · %1 failed").arg(formatCount(group.failed));
    if (group.running > 0)
        text += QStringLiteral(" · %1 running").arg(formatCount(group.running));
    return text;
}

QString shareText(DurationNs part, DurationNs whole)
{
    if (whole <= 0)
        return {};
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (part > 0 && percent < 1)
        return QStringLiteral("< 1 %");
    return QString::number(std::min(percent, 100.0), 'f', 0) + QStringLiteral(" %");
}

QString spokenStep(const Step &step, TimeNs runStart, TimeNs now)
{
    const auto took = step.status == StepStatus::Running ? QStringLiteral("running for %1")
                                                         : QStringLiteral("took %1");
    QStringList parts{
        step.name,
        QString::fromLatin1(toWord(step.type)),
        QString::fromLatin1(toWord(step.status)),
        QStringLiteral("starts at %1").arg(formatDuration(step.startedAt - runStart)),
        took.arg(durationText(step, now)),
    };
    const QString counts = countsText(step);
    if (!counts.isEmpty())
        parts += counts;
    if (step.errorCount > 0)
        parts += errorsText(step.errorCount);
    return parts.join(QStringLiteral(", "));
}

QString spokenGroup(const Step &firstMember, const StepGroup &group)
{
    return QStringLiteral("%1, %2, %3")
        .arg(firstMember.name, QString::fromLatin1(toWord(firstMember.type)), groupLabel(group));
}

} // namespace xray::timeline
