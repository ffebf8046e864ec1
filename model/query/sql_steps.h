// SPDX-License-Identifier: GPL-3.0-or-later
// How steps that match a conjunction are come by: which condition drives, and the FROM and WHERE
// that follow from it. Inner to this layer; pure.
#pragma once

#include "model/query/sql_condition.h"

namespace xray::query {

/// A metric zone spans 2^9 step ids, see schemas/sql/sqlite.
inline constexpr int kZoneShift = 9;

/// Runs whose steps are found by an index are collected at once up to about this many steps; when
/// there are more, the runs are gone through newest first until the page is full.
inline constexpr qint64 kMaxCollected = 8'000;

/// The condition that finds the steps; the others are looked up for each.
struct StepDriver
{
    enum class Kind {
        Scan,   ///< every step, latest first
        Metric, ///< the zones and values of a metric, latest first
        Run,    ///< the steps of the runs of an id or a session
        Text,   ///< the candidates of the text index, latest first
    };
    Kind kind = Kind::Scan;
    NodePtr condition = {};              ///< null for Scan
    std::optional<qint64> estimate = {}; ///< of the steps it finds
    std::vector<StepType> types = {};    ///< the only ones the steps can have
    std::optional<TextCandidates> candidates = {};
};

[[nodiscard]] StepDriver chooseDriver(const std::vector<NodePtr> &conjuncts,
                                      const PlanHints &hints);
[[nodiscard]] PlanNote noteOf(const StepDriver &driver);

/// One SELECT without its list. Several have no step in common; each can give its rows in
/// descending order of (zone, id) without sorting, but for Kind::Run.
struct StepArm
{
    QByteArray id;   ///< expression of the step's id
    QByteArray zone; ///< expression of its zone, or the same again
    QByteArray run;  ///< expression of its run's row id
    QByteArray rest; ///< " FROM … WHERE …"
};

/// `before`: only steps of smaller ids. Steps of deleted runs are left out.
[[nodiscard]] std::vector<StepArm> stepArms(const StepDriver &driver,
                                            const std::vector<NodePtr> &conjuncts,
                                            std::optional<StepRow> before, SqlWriter &writer);

/// Whether some step of the run e matches (null: any step); the runs of all such steps are
/// collected when an index finds few.
[[nodiscard]] QByteArray anyStepSql(const NodePtr &child, SqlWriter &writer);
/// The same, looked up in each run: for where most runs have none, and a page of those is full
/// soon.
[[nodiscard]] QByteArray someStepSql(const NodePtr &child, SqlWriter &writer);

/// `alias.metric_id = … AND alias.step_type = …` of the metric of a condition.
[[nodiscard]] QByteArray metricKeySql(const Condition &condition, const QByteArray &alias,
                                      const QByteArray &type, SqlWriter &writer);

} // namespace xray::query
