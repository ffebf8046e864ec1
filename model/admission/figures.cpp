// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/admission/figures.h"

#include "model/admission/json_reader.h"

#include <model/core/json_string.h>
#include <model/core/metric.h>
#include <model/core/text.h>

#include <algorithm>
#include <cmath>

namespace xray::admission {

namespace {

constexpr const char *kPercentage = "percentage_eliminated";
constexpr const char *kTotal = "total_candidates";
constexpr const char *kRemaining = "remaining_candidates";
constexpr double kLargestExactInteger = 9007199254740992.0; // 2^53

std::optional<qint64> countOf(std::string_view rawValue)
{
    const auto number = numberOf(rawValue);
    if (!number || *number < 0 || *number > kLargestExactInteger || std::floor(*number) != *number)
        return std::nullopt;
    return static_cast<qint64>(*number);
}

std::optional<qint64> countAt(const JsonText &payload, const char *name)
{
    std::optional<qint64> count;
    forEachMember(payload, [&](const Member &member) {
        if (means(member.key, name))
            count = countOf(member.value);
        return Walk::On;
    });
    return count;
}

auto findMetric(std::vector<MetricRecord> &metrics, const std::string &name)
{
    return std::ranges::find_if(metrics, [&](const MetricRecord &metric) {
        return std::string_view(metric.name.constData(), metric.name.size()) == name;
    });
}

/// Fills `metrics`; how many numbers were left out because there are too many.
int collectMetrics(const JsonText &reasoning, std::vector<MetricRecord> &metrics)
{
    int leftOut = 0;
    forEachNumber(reasoning, [&](const std::string &name, double value) {
        if (const auto known = findMetric(metrics, name); known != metrics.end())
            known->value = value; // a repeated key: the last one counts
        else if (metrics.size() < kMaxMetricsPerStep)
            metrics.push_back({QByteArray::fromStdString(name), value});
        else
            ++leftOut;
    });
    return leftOut;
}

/// Puts a derived figure in; it takes the place of the last metric when there is no room.
void addDerived(std::vector<MetricRecord> &metrics, const char *name, double value)
{
    if (metrics.size() == kMaxMetricsPerStep)
        metrics.pop_back();
    metrics.push_back({name, value});
}

std::optional<double> percentageFromCounts(const StepRecord &step)
{
    if (!step.countIn || !step.countOut || *step.countIn == 0 || *step.countOut > *step.countIn)
        return std::nullopt;
    const auto in = static_cast<double>(*step.countIn);
    return 100.0 * (in - static_cast<double>(*step.countOut)) / in;
}

QString candidates(qint64 count)
{
    return count == 1 ? QStringLiteral("1 candidate")
                      : QStringLiteral("%1 candidates").arg(formatCount(count));
}

Issue tooManyMetrics(int leftOut)
{
    return {Severity::Warning, QStringLiteral("too_many_metrics"),
            QStringLiteral("The reasoning holds %1 numbers; only the first %2 are kept as metrics. "
                           "The others stay in the payload, but cannot be searched by value.")
                .arg(leftOut + kMaxMetricsPerStep)
                .arg(kMaxMetricsPerStep),
            QStringLiteral("reasoning_payload")};
}

Issue moreOutThanIn(const StepRecord &step)
{
    return {Severity::Warning, QStringLiteral("remaining_exceeds_total"),
            QStringLiteral("The step says that %1 remained of %2.")
                .arg(formatCount(*step.countOut), candidates(*step.countIn)),
            QStringLiteral("output_payload.remaining_candidates")};
}

Issue contradiction(const StepRecord &step, double stated, double counted)
{
    QString message =
        QStringLiteral("The step says that it eliminated %1 %, but %2 in and %3 out make %4 %.")
            .arg(formatNumber(stated), candidates(*step.countIn), formatCount(*step.countOut),
                 formatNumber(counted));
    if (stated <= 1 && std::abs(100 * stated - counted) <= kPercentageTolerance)
        message += QStringLiteral(" A percentage goes from 0 to 100, not from 0 to 1.");
    return {Severity::Warning, QStringLiteral("percentage_contradicts_counts"), message,
            QStringLiteral("reasoning_payload.percentage_eliminated")};
}

Issue silentFilter()
{
    return {Severity::Info, QStringLiteral("filter_without_counts"),
            QStringLiteral("This filter does not say how much it filtered. Log total_candidates in "
                           "its input and remaining_candidates in its output, or "
                           "percentage_eliminated in its reasoning."),
            QStringLiteral("reasoning_payload.percentage_eliminated")};
}

/// Whether a filter should have said more. One made of a span speaks in the words of others.
bool isSilent(const StepRecord &step)
{
    return step.status == StepStatus::Completed && !(step.countIn && step.countOut) &&
           step.origin.isEmpty();
}

/// How much a filter filtered: derived when not stated, doubted when it contradicts the counts.
void judgeFilter(StepRecord &step)
{
    const auto counted = percentageFromCounts(step);
    const auto stated = findMetric(step.metrics, kPercentage);
    if (stated == step.metrics.end() && counted)
        addDerived(step.metrics, kPercentage, *counted);
    else if (stated == step.metrics.end() && isSilent(step))
        step.issues.push_back(silentFilter());
    else if (stated != step.metrics.end() && counted &&
             std::abs(stated->value - *counted) > kPercentageTolerance)
        step.issues.push_back(contradiction(step, stated->value, *counted));
}

} // namespace

void deriveFigures(StepRecord &step)
{
    step.metrics.clear();
    step.issues.clear();
    step.countIn = countAt(step.input, kTotal);
    step.countOut = countAt(step.output, kRemaining);
    if (const int leftOut = collectMetrics(step.reasoning, step.metrics); leftOut > 0)
        step.issues.push_back(tooManyMetrics(leftOut));
    if (step.countIn && step.countOut && *step.countOut > *step.countIn)
        step.issues.push_back(moreOutThanIn(step));
    if (step.type == StepType::Filter)
        judgeFilter(step);
}

} // namespace xray::admission
