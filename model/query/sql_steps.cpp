// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/sql_steps.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace xray::query {

namespace {

using Kind = StepDriver::Kind;

/// Joins that SQLite must not reorder; Postgres knows better.
QByteArray join(const char *what, Dialect dialect)
{
    return QByteArray(dialect == Dialect::Sqlite ? " CROSS JOIN " : " JOIN ") + what;
}

QByteArray joinRun(Dialect dialect)
{
    return join("executions e ON e.id = s.execution_id", dialect);
}

const Condition *conditionOf(const NodePtr &node)
{
    return node ? std::get_if<Condition>(&node->is) : nullptr;
}

std::vector<StepType> allTypes()
{
    std::vector<StepType> types;
    for (int type = 0; type < kStepTypeCount; ++type)
        types.push_back(StepType(type));
    return types;
}

std::vector<StepType> typesOf(const Condition &condition)
{
    std::vector<StepType> types;
    for (const Value &value : condition.values) {
        const auto *word = std::get_if<QString>(&value);
        const auto type = word ? stepTypeFromWord(word->toStdString()) : std::nullopt;
        if (type && std::ranges::find(types, *type) == types.end())
            types.push_back(*type);
    }
    return types;
}

/// The condition "type = …" or "type in (…)"; null for any other.
const Condition *typeCondition(const NodePtr &node)
{
    const Condition *condition = conditionOf(node);
    const bool says = condition && condition->field.id == FieldId::Type &&
                      (condition->op == Operator::Equal || condition->op == Operator::In);
    return says ? condition : nullptr;
}

bool isMetric(const NodePtr &node)
{
    const Condition *condition = conditionOf(node);
    return condition && condition->field.id == FieldId::Metric;
}

/// Whether nothing but metrics decides, so that the step itself need not be read.
bool isOfMetrics(const NodePtr &node)
{
    return std::ranges::all_of(conditionsOf(node), [](const Condition *condition) {
        return condition->field.id == FieldId::Metric;
    });
}

/// The types that all of those leave.
std::vector<StepType> possibleTypes(const std::vector<NodePtr> &conjuncts)
{
    std::vector<StepType> left = allTypes();
    for (const NodePtr &node : conjuncts) {
        if (const Condition *condition = typeCondition(node))
            std::erase_if(left, [types = typesOf(*condition)](StepType type) {
                return std::ranges::find(types, type) == types.end();
            });
    }
    return left;
}

std::optional<qint64> metricEstimate(const Condition &condition, const std::vector<StepType> &types,
                                     const PlanHints &hints)
{
    if (!hints.metricMatches)
        return std::nullopt;
    if (types.size() == std::size_t(kStepTypeCount))
        return hints.metricMatches(condition, std::nullopt);
    qint64 total = 0;
    for (const StepType type : types)
        total += hints.metricMatches(condition, type).value_or(0);
    return total;
}

/// What the condition could do as a driver; Scan when nothing.
StepDriver driverOf(const NodePtr &node, const std::vector<StepType> &types, const PlanHints &hints)
{
    const Condition *condition = conditionOf(node);
    if (!condition)
        return {};
    const FieldId id = condition->field.id;
    const bool equal = condition->op == Operator::Equal || condition->op == Operator::In;
    if (id == FieldId::Metric)
        return {Kind::Metric, node, metricEstimate(*condition, types, hints), types, {}};
    if ((id == FieldId::Run || id == FieldId::Session) && equal)
        return {Kind::Run, node, {}, types, {}};
    const auto *needle = id == FieldId::Text && !condition->values.empty()
                             ? std::get_if<QString>(&condition->values.front())
                             : nullptr;
    if (!needle || !hints.textCandidates)
        return {};
    auto candidates = hints.textCandidates(*needle);
    if (!candidates)
        return {};
    const auto estimate = candidates->estimate;
    return {Kind::Text, node, estimate, types, std::move(candidates)};
}

/// Smaller is better. A run's steps are few, and what is not known is thought to be much.
double priceOf(const StepDriver &driver)
{
    constexpr double perCandidateText = 20; // its payloads are read and looked through
    constexpr double unknown = 1e9;
    switch (driver.kind) {
    case Kind::Run:
        return -1;
    case Kind::Metric:
        return driver.estimate ? double(*driver.estimate) : unknown;
    case Kind::Text:
        return driver.estimate ? perCandidateText * double(*driver.estimate) : unknown / 2;
    case Kind::Scan:
        break;
    }
    return std::numeric_limits<double>::infinity();
}

/// Which zones can hold a match at all.
QByteArray zoneSql(const Condition &condition, SqlWriter &writer)
{
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (const Value &value : condition.values) {
        if (const auto *number = std::get_if<double>(&value)) {
            lowest = std::min(lowest, *number);
            highest = std::max(highest, *number);
        }
    }
    switch (condition.op) {
    case Operator::Less:
    case Operator::LessOrEqual:
        return numberSql("z.min_value", condition, writer);
    case Operator::Greater:
    case Operator::GreaterOrEqual:
        return numberSql("z.max_value", condition, writer);
    case Operator::Equal:
    case Operator::In:
        return "z.min_value <= " + writer.bind(SqlValue(highest)) +
               " AND z.max_value >= " + writer.bind(SqlValue(lowest));
    default:
        return "TRUE";
    }
}

class ArmWriter
{
public:
    ArmWriter(const StepDriver &driver, const std::vector<NodePtr> &conjuncts,
              std::optional<StepRow> before, SqlWriter &writer)
        : m_driver(driver)
        , m_before(before)
        , m_writer(writer)
    {
        std::ranges::copy_if(conjuncts, std::back_inserter(m_others), [&](const NodePtr &node) {
            return node != driver.condition || driver.kind == Kind::Text;
        });
    }

    std::vector<StepArm> write()
    {
        switch (m_driver.kind) {
        case Kind::Metric:
            return metricArms();
        case Kind::Run:
            return {runArm()};
        case Kind::Text:
            return textArms();
        case Kind::Scan:
            break;
        }
        return {arm(" FROM execution_steps s" + joinRun(m_writer.dialect()))};
    }

private:
    /// Over s and e; `more` are conditions of the driver itself.
    StepArm arm(const QByteArray &from, const QByteArray &more = {})
    {
        QByteArray where = " WHERE e.purge_at IS NULL";
        if (!more.isEmpty())
            where += " AND " + more;
        if (m_before)
            where += " AND s.id < " + m_writer.bind(SqlValue(qint64(m_before->value)));
        where += " AND " + conjunctionSql(m_others, m_writer, {Subject::Steps, {}});
        return {"s.id", "s.id", "s.execution_id", from + where};
    }

    StepArm runArm()
    {
        const QByteArray run = conditionSql(m_driver.condition, m_writer, {Subject::Runs, {}});
        return arm(" FROM executions e" +
                       join("execution_steps s ON s.execution_id = e.id", m_writer.dialect()),
                   run);
    }

    std::vector<StepArm> textArms()
    {
        std::vector<StepArm> arms;
        for (const SqlText &candidates : m_driver.candidates->arms)
            arms.push_back(arm(" FROM (" + m_writer.included(candidates) + ") c" +
                               join("execution_steps s ON s.id = c.id", m_writer.dialect()) +
                               joinRun(m_writer.dialect())));
        return arms;
    }

    std::vector<StepArm> metricArms()
    {
        std::vector<StepArm> arms;
        for (const StepType type : m_driver.types)
            arms.push_back(metricArm(type));
        return arms;
    }

    StepArm metricArm(StepType type)
    {
        const Condition &condition = *conditionOf(m_driver.condition);
        const QByteArray code = QByteArray::number(int(type));
        const bool zones = m_writer.dialect() == Dialect::Sqlite;
        QByteArray from = " FROM step_metrics m";
        if (zones)
            from = " FROM metric_zones z CROSS JOIN step_metrics m ON m.metric_id = z.metric_id "
                   "AND m.step_type = z.step_type AND m.step_id >= z.zone * 512 "
                   "AND m.step_id < " +
                   zoneEndSql();
        QByteArray where = " WHERE " + metricKeySql(condition, zones ? "z" : "m", code, m_writer);
        if (zones)
            where += " AND " + zoneSql(condition, m_writer);
        where += beforeSql(zones);
        where += " AND " + numberSql("m.value", condition, m_writer);
        auto metrics = withoutType();
        const auto rest = std::ranges::stable_partition(metrics, isOfMetrics);
        const std::vector<NodePtr> others(rest.begin(), rest.end());
        metrics.erase(rest.begin(), rest.end());
        if (!metrics.empty())
            where +=
                " AND " + conjunctionSql(metrics, m_writer, {Subject::Steps, type, "m.step_id"});
        QByteArray run = "s.execution_id";
        if (others.empty()) {
            where += " AND " + notDeletedSql();
            run = "(SELECT s.execution_id FROM execution_steps s WHERE s.id = m.step_id)";
        } else {
            from += join("execution_steps s ON s.id = m.step_id", m_writer.dialect()) +
                    joinRun(m_writer.dialect());
            where += " AND e.purge_at IS NULL AND " +
                     conjunctionSql(others, m_writer, {Subject::Steps, type});
        }
        return {"m.step_id", zones ? "z.zone" : "m.step_id", run, from + where};
    }

    /// The key of the metric says the type already.
    [[nodiscard]] std::vector<NodePtr> withoutType() const
    {
        std::vector<NodePtr> others;
        std::ranges::copy_if(m_others, std::back_inserter(others),
                             [](const NodePtr &node) { return !typeCondition(node); });
        return others;
    }

    /// One bound, since SQLite would choose between two, and read on beyond the zone.
    QByteArray zoneEndSql()
    {
        const QByteArray end = "z.zone * 512 + 512";
        if (!m_before)
            return end;
        return "min(" + end + ", " + m_writer.bind(SqlValue(qint64(m_before->value))) + ')';
    }

    QByteArray beforeSql(bool zones)
    {
        if (!m_before)
            return {};
        const qint64 id = m_before->value;
        if (zones)
            return " AND z.zone <= " + m_writer.bind(SqlValue(id >> kZoneShift));
        return " AND m.step_id < " + m_writer.bind(SqlValue(id));
    }

    /// Most of the time no run is deleted, and no step need be read to know that.
    [[nodiscard]] QByteArray notDeletedSql() const
    {
        return "(NOT EXISTS (SELECT 1 FROM executions d WHERE d.purge_at IS NOT NULL) OR EXISTS "
               "(SELECT 1 FROM execution_steps s" +
               joinRun(m_writer.dialect()) + " WHERE s.id = m.step_id AND e.purge_at IS NULL))";
    }

    const StepDriver &m_driver;
    std::optional<StepRow> m_before;
    SqlWriter &m_writer;
    std::vector<NodePtr> m_others;
};

/// Whether the runs of all steps found should be collected, rather than each run be looked at.
bool isWorthCollecting(const StepDriver &driver)
{
    const bool indexed = driver.kind == Kind::Metric || driver.kind == Kind::Text;
    return indexed && driver.estimate && *driver.estimate <= kMaxCollected;
}

} // namespace

StepDriver chooseDriver(const std::vector<NodePtr> &conjuncts, const PlanHints &hints)
{
    const auto types = possibleTypes(conjuncts);
    StepDriver best{Kind::Scan, {}, {}, types, {}};
    for (const NodePtr &node : conjuncts) {
        StepDriver driver = driverOf(node, types, hints);
        if (priceOf(driver) < priceOf(best))
            best = std::move(driver);
    }
    return best;
}

PlanNote noteOf(const StepDriver &driver)
{
    const Condition *condition = conditionOf(driver.condition);
    switch (driver.kind) {
    case Kind::Metric:
        return {QStringLiteral("metric index on %1, latest first").arg(condition->field.name),
                false};
    case Kind::Run:
        return {QStringLiteral("the steps of the run or session"), false};
    case Kind::Text:
        return {QStringLiteral("text index, each candidate looked at again"), false};
    case Kind::Scan:
        break;
    }
    return {QStringLiteral("scan: every step is looked at, latest first"), true};
}

std::vector<StepArm> stepArms(const StepDriver &driver, const std::vector<NodePtr> &conjuncts,
                              std::optional<StepRow> before, SqlWriter &writer)
{
    return ArmWriter(driver, conjuncts, before, writer).write();
}

/// A metric of a known type says the type, too, so that the step itself need not be read.
QByteArray someStepSql(const NodePtr &child, SqlWriter &writer)
{
    auto conjuncts = conjunctsOf(child);
    SqlScope scope{Subject::Steps, {}};
    const auto types = possibleTypes(conjuncts);
    if (types.size() == 1 && std::ranges::any_of(conjuncts, isMetric)) {
        scope.type = types.front();
        std::erase_if(conjuncts, typeCondition);
    }
    return "EXISTS (SELECT 1 FROM execution_steps s WHERE s.execution_id = e.id AND " +
           conjunctionSql(conjuncts, writer, scope) + ')';
}

QByteArray anyStepSql(const NodePtr &child, SqlWriter &writer)
{
    const auto conjuncts = conjunctsOf(child);
    const StepDriver driver = chooseDriver(conjuncts, writer.hints());
    if (!isWorthCollecting(driver))
        return someStepSql(child, writer);
    QByteArrayList arms;
    for (const StepArm &arm : stepArms(driver, conjuncts, {}, writer))
        arms += "SELECT " + arm.run + arm.rest;
    return arms.isEmpty() ? QByteArray("FALSE") : "e.id IN (" + arms.join(" UNION ALL ") + ')';
}

QByteArray metricKeySql(const Condition &condition, const QByteArray &alias, const QByteArray &type,
                        SqlWriter &writer)
{
    return alias + ".metric_id = (SELECT id FROM metrics WHERE name = " +
           writer.bind(condition.field.name) + ") AND " + alias + ".step_type = " + type;
}

} // namespace xray::query
