// SPDX-License-Identifier: GPL-3.0-or-later
// What names the data knows: metrics with their range, step names, pipelines, environments, tags.
// A source answers with one; checking and completion read it. Immutable once made, any thread.
#pragma once

#include <model/core/execution.h>

#include <QString>
#include <QStringList>

#include <array>
#include <vector>

namespace xray::query {

struct MetricInfo
{
    QString name;
    qint64 count = 0; ///< values stored
    double minimum = 0;
    double maximum = 0;
    /// How many of the values are in steps of each type, by StepType.
    std::array<qint64, kStepTypeCount> countByType = {};
};

struct NamedCount
{
    QString name;
    qint64 count = 0;
};

struct Catalogue
{
    std::vector<MetricInfo> metrics; ///< by count, largest first
    std::vector<NamedCount> steps;   ///< step names, by count, largest first; at most kMaxNames
    std::vector<NamedCount> pipelines;
    std::vector<NamedCount> environments;
    std::vector<NamedCount> tags;
    /// Dotted paths seen in recent payloads, with their prefix: "output.remaining_candidates".
    QStringList paths;
    /// Whether no payload has another path, so that any other is a mistake.
    bool pathsAreAll = false;

    static constexpr int kMaxNames = 5'000;

    [[nodiscard]] const MetricInfo *metric(QStringView name) const;
};

} // namespace xray::query
