// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/step_table_model.h"

#include <model/core/text.h>

#include <algorithm>

namespace xray::items {

namespace {

using Steps = std::vector<const Step *>;

constexpr QStringView kEliminatedMetric = u"percentage_eliminated";
constexpr QStringView kConfidenceMetric = u"confidence";

Steps stepsOf(const RunSnapshot &snapshot)
{
    Steps steps;
    steps.reserve(static_cast<std::size_t>(snapshot.steps.size()));
    snapshot.steps.forEach([&](const Step &step) { steps.push_back(&step); });
    return steps;
}

bool standsBefore(const Step *a, const Step *b)
{
    return a->index != b->index ? a->index < b->index : a->row < b->row;
}

bool isSamePlace(const Step *a, const Step *b)
{
    return a->index == b->index && a->row == b->row;
}

QString absent()
{
    return QStringLiteral("–");
}

QString secondsText(DurationNs duration)
{
    return QString::number(static_cast<double>(duration) / static_cast<double>(kNsPerSecond), 'f',
                           3);
}

QString countText(const std::optional<qint64> &count)
{
    return count ? formatCount(*count) : absent();
}

QString durationText(const std::optional<DurationNs> &duration)
{
    return duration ? formatDuration(*duration) : absent();
}

QString percentText(const std::optional<double> &percent)
{
    return percent ? QString::number(*percent, 'f', 1) + QStringLiteral(" %") : absent();
}

QString metricText(const Step &step, QStringView name)
{
    const auto value = metricValue(step, name);
    return value ? formatNumber(*value) : absent();
}

template<class T>
QVariant rawOf(const std::optional<T> &value)
{
    return value ? QVariant(*value) : QVariant();
}

/// Calls run(first, last) for every stretch of consecutive positions, the last stretch first.
template<class Run>
void forRunsFromTheEnd(const std::vector<int> &positions, Run &&run)
{
    auto last = positions.size();
    while (last > 0) {
        auto first = last - 1;
        while (first > 0 && positions[first - 1] == positions[first] - 1)
            --first;
        run(positions[first], positions[last - 1]);
        last = first;
    }
}

/// Positions in `a` whose steps have no place in `b`; both in order.
std::vector<int> positionsMissingFrom(const Steps &b, const Steps &a)
{
    std::vector<int> missing;
    auto other = b.begin();
    for (std::size_t i = 0; i < a.size(); ++i) {
        while (other != b.end() && standsBefore(*other, a[i]))
            ++other;
        if (other == b.end() || !isSamePlace(*other, a[i]))
            missing.push_back(static_cast<int>(i));
    }
    return missing;
}

} // namespace

std::optional<double> percentageEliminated(const Step &step)
{
    if (const auto stated = metricValue(step, kEliminatedMetric))
        return stated;
    if (!step.countIn || !step.countOut || *step.countIn <= 0 || *step.countOut > *step.countIn)
        return std::nullopt;
    return 100.0 * static_cast<double>(*step.countIn - *step.countOut) /
           static_cast<double>(*step.countIn);
}

StepTableModel::StepTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void StepTableModel::setSnapshot(RunSnapshotPtr snapshot)
{
    const bool sameRun =
        snapshot != nullptr && m_snapshot != nullptr && snapshot->run.id == m_snapshot->run.id;
    if (!sameRun) {
        reset(std::move(snapshot));
        return;
    }
    const RunSnapshotPtr before = m_snapshot; // until the end: m_steps points into it
    const Steps next = stepsOf(*snapshot);
    m_snapshot = std::move(snapshot);
    removeGone(next);
    insertNew(next);
    replaceAll(next);
    addMetricColumns();
}

void StepTableModel::reset(RunSnapshotPtr snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_steps = m_snapshot ? stepsOf(*m_snapshot) : Steps();
    m_metricCounts.clear();
    for (const Step *step : m_steps)
        countMetrics(*step);
    m_metrics = metricsByFrequency().mid(0, kMaxMetricColumns);
    endResetModel();
}

void StepTableModel::removeGone(const Steps &next)
{
    forRunsFromTheEnd(positionsMissingFrom(next, m_steps), [this](int first, int last) {
        beginRemoveRows({}, first, last);
        m_steps.erase(m_steps.begin() + first, m_steps.begin() + last + 1);
        endRemoveRows();
    });
}

void StepTableModel::insertNew(const Steps &next)
{
    std::vector<int> positions = positionsMissingFrom(m_steps, next);
    for (auto first = positions.begin(); first != positions.end();) {
        auto last = first;
        while (last + 1 != positions.end() && *(last + 1) == *last + 1)
            ++last;
        // All that stands before this stretch is in place, so its positions are rows already.
        beginInsertRows({}, *first, *last);
        m_steps.insert(m_steps.begin() + *first, next.begin() + *first, next.begin() + *last + 1);
        endInsertRows();
        first = last + 1;
    }
    for (const int position : positions)
        countMetrics(*next[static_cast<std::size_t>(position)]);
}

/// Takes over the new versions; rows are the same by now.
void StepTableModel::replaceAll(const Steps &next)
{
    std::vector<int> changed;
    for (std::size_t row = 0; row < next.size(); ++row) {
        if (m_steps[row] != next[row] && *m_steps[row] != *next[row]) {
            changed.push_back(static_cast<int>(row));
            countMetrics(*next[row]);
        }
    }
    m_steps = next;
    forRunsFromTheEnd(changed, [this](int first, int last) {
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    });
}

void StepTableModel::countMetrics(const Step &step)
{
    for (const Metric &metric : step.metrics) {
        if (metric.name != kEliminatedMetric && metric.name != kConfidenceMetric)
            ++m_metricCounts[metric.name];
    }
}

QStringList StepTableModel::metricsByFrequency() const
{
    QStringList names = m_metricCounts.keys();
    std::ranges::sort(names, [this](const QString &a, const QString &b) {
        const qint64 left = m_metricCounts.value(a);
        const qint64 right = m_metricCounts.value(b);
        return left != right ? left > right : a < b;
    });
    return names;
}

/// Gives metrics that came with the latest snapshot the columns that are left.
void StepTableModel::addMetricColumns()
{
    QStringList added;
    if (m_metrics.size() < kMaxMetricColumns && m_metricCounts.size() > m_metrics.size())
        added = metricsByFrequency();
    added.removeIf([this](const QString &name) { return m_metrics.contains(name); });
    added = added.mid(0, kMaxMetricColumns - m_metrics.size());
    if (added.isEmpty())
        return;
    const int first = columnCount();
    beginInsertColumns({}, first, first + static_cast<int>(added.size()) - 1);
    m_metrics += added;
    endInsertColumns();
}

int StepTableModel::rowOf(StepId id) const
{
    const auto it = std::ranges::find(m_steps, id, [](const Step *step) { return step->id; });
    return it == m_steps.end() ? -1 : static_cast<int>(it - m_steps.begin());
}

const QString &StepTableModel::metricOf(int column) const
{
    return m_metrics[column - FixedColumnCount];
}

bool StepTableModel::isNumeric(int column)
{
    return column != Name && column != Type;
}

int StepTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_steps.size());
}

int StepTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : FixedColumnCount + static_cast<int>(m_metrics.size());
}

QVariant StepTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Step &step = stepAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(step, index.column());
    case Qt::TextAlignmentRole:
        return QVariant((isNumeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft) |
                        Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        return accessibleText(step, index.column());
    case SortRole:
    case ValueRole:
        return rawValue(step, index.column());
    case StepIdRole:
        return QVariant::fromValue(step.id);
    case TypeRole:
        return QVariant::fromValue(step.type);
    case StatusRole:
        return QVariant::fromValue(step.status);
    case ErrorCountRole:
        return step.errorCount;
    case IssueCountRole:
        return static_cast<int>(step.issues.size());
    default:
        return {};
    }
}

QString StepTableModel::displayText(const Step &step, int column) const
{
    if (column >= FixedColumnCount)
        return metricText(step, metricOf(column));
    switch (static_cast<Column>(column)) {
    case Index:
        return QString::number(step.index);
    case Name:
        return step.name;
    case Type:
        return QString::fromLatin1(toWord(step.type));
    case Start:
        return secondsText(step.startedAt - m_snapshot->run.startedAt);
    case Duration:
        return durationText(step.duration);
    case CountIn:
        return countText(step.countIn);
    case CountOut:
        return countText(step.countOut);
    case Eliminated:
        return percentText(percentageEliminated(step));
    case Confidence:
        return metricText(step, kConfidenceMetric);
    case FixedColumnCount:
        break;
    }
    return {};
}

QVariant StepTableModel::rawValue(const Step &step, int column) const
{
    if (column >= FixedColumnCount)
        return rawOf(metricValue(step, metricOf(column)));
    switch (static_cast<Column>(column)) {
    case Index:
        return step.index;
    case Name:
        return step.name;
    case Type:
        return QString::fromLatin1(toWord(step.type));
    case Start:
        return QVariant::fromValue<qint64>(step.startedAt - m_snapshot->run.startedAt);
    case Duration:
        return step.duration ? QVariant::fromValue<qint64>(*step.duration) : QVariant();
    case CountIn:
        return rawOf(step.countIn);
    case CountOut:
        return rawOf(step.countOut);
    case Eliminated:
        return rawOf(percentageEliminated(step));
    case Confidence:
        return rawOf(metricValue(step, kConfidenceMetric));
    case FixedColumnCount:
        break;
    }
    return {};
}

QString StepTableModel::accessibleText(const Step &step, int column) const
{
    const QString title = headerData(column, Qt::Horizontal).toString();
    return QStringLiteral("%1: %2").arg(title, displayText(step, column));
}

QVariant StepTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (section >= FixedColumnCount)
        return metricOf(section);
    switch (static_cast<Column>(section)) {
    case Index:
        return QStringLiteral("#");
    case Name:
        return QStringLiteral("Step");
    case Type:
        return QStringLiteral("Type");
    case Start:
        return QStringLiteral("Start");
    case Duration:
        return QStringLiteral("Duration");
    case CountIn:
        return QStringLiteral("In");
    case CountOut:
        return QStringLiteral("Out");
    case Eliminated:
        return QStringLiteral("Eliminated");
    case Confidence:
        return QStringLiteral("Confidence");
    case FixedColumnCount:
        break;
    }
    return {};
}

} // namespace xray::items
