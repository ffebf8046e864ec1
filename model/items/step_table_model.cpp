// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/step_table_model.h"

#include <model/core/text.h>

#include <algorithm>
#include <utility>

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
        while (other != b.end() && *other != a[i] && standsBefore(*other, a[i]))
            ++other;
        if (other != b.end() && *other == a[i])
            ++other; // the same version, not looked at
        else if (other == b.end() || !isSamePlace(*other, a[i]))
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
    takeSteps(next);
    addMetricColumns();
}

/// A sorted table goes back to the steps' own order for as long as they change.
void StepTableModel::takeSteps(const Steps &next)
{
    StepTableOrder order = rearrange({});
    const auto before = static_cast<int>(m_steps.size());
    const bool removed = !removeGone(next).empty();
    const std::vector<int> inserted = insertNew(next);
    const std::vector<int> changed = replaceAll(next);
    if (!order.isSorted())
        return;
    if (removed || (!inserted.empty() && inserted.front() < before))
        order.sort(m_steps);
    else
        order.update(m_steps, changed);
    rearrange(std::move(order));
}

/// Gives the rows another order and hands back the one before; what is current or selected goes
/// along.
StepTableOrder StepTableModel::rearrange(StepTableOrder order)
{
    if (!order.isSorted() && !m_order.isSorted())
        return order;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<int> positions;
    for (const QModelIndex &index : before)
        positions.push_back(m_order.positionAt(index.row()));
    StepTableOrder old = std::exchange(m_order, std::move(order));
    const std::vector<int> rows = before.empty() ? std::vector<int>() : m_order.rows();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after += index(rows.empty() ? positions[i] : rows[positions[i]], before[i].column());
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
    return old;
}

void StepTableModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= columnCount()) {
        rearrange({});
        return;
    }
    using Direction = StepTableOrder::Direction;
    rearrange(StepTableOrder(
        keyOf(column), order == Qt::AscendingOrder ? Direction::Ascending : Direction::Descending,
        m_steps));
}

void StepTableModel::reset(RunSnapshotPtr snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_steps = m_snapshot ? stepsOf(*m_snapshot) : Steps();
    m_order = {};
    m_metricCounts.clear();
    m_hasValues = {};
    for (const Step *step : m_steps)
        countValues(*step);
    m_metrics = metricsByFrequency().mid(0, kMaxMetricColumns);
    endResetModel();
}

std::vector<int> StepTableModel::removeGone(const Steps &next)
{
    std::vector<int> gone = positionsMissingFrom(next, m_steps);
    forRunsFromTheEnd(gone, [this](int first, int last) {
        beginRemoveRows({}, first, last);
        m_steps.erase(m_steps.begin() + first, m_steps.begin() + last + 1);
        endRemoveRows();
    });
    return gone;
}

std::vector<int> StepTableModel::insertNew(const Steps &next)
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
        countValues(*next[static_cast<std::size_t>(position)]);
    return positions;
}

/// Takes over the new versions; rows are the same by now.
std::vector<int> StepTableModel::replaceAll(const Steps &next)
{
    std::vector<int> changed;
    for (std::size_t row = 0; row < next.size(); ++row) {
        if (m_steps[row] != next[row] && *m_steps[row] != *next[row]) {
            changed.push_back(static_cast<int>(row));
            countValues(*next[row]);
        }
    }
    m_steps = next;
    forRunsFromTheEnd(changed, [this](int first, int last) {
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    });
    return changed;
}

void StepTableModel::countValues(const Step &step)
{
    for (const Column column : {CountIn, CountOut, Eliminated, Confidence})
        m_hasValues[column] = m_hasValues[column] || rawValue(step, column).isValid();
    for (const Metric &metric : step.metrics) {
        if (metric.name != kEliminatedMetric && metric.name != kConfidenceMetric)
            ++m_metricCounts[metric.name];
    }
}

bool StepTableModel::isEmptyColumn(int column) const
{
    const bool mayBeEmpty = column >= CountIn && column < FixedColumnCount;
    return mayBeEmpty && !m_hasValues[static_cast<std::size_t>(column)];
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
    if (it == m_steps.end())
        return -1;
    const auto position = static_cast<int>(it - m_steps.begin());
    return m_order.isSorted() ? m_order.rows()[position] : position;
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

/// The values of rawValue(), without a QVariant for each.
StepTableOrder::KeyOf StepTableModel::keyOf(int column) const
{
    using Key = StepTableOrder::Key;
    using MaybeKey = std::optional<Key>;
    const auto number = [](const auto &value) {
        return value ? MaybeKey(Key{static_cast<double>(*value)}) : MaybeKey();
    };
    if (column >= FixedColumnCount)
        return [number, name = metricOf(column)](const Step &step) {
            return number(metricValue(step, name));
        };
    switch (static_cast<Column>(column)) {
    case Index:
        return [](const Step &step) { return MaybeKey(Key{static_cast<double>(step.index)}); };
    case Name:
        return [](const Step &step) { return MaybeKey(Key{0, step.name}); };
    case Type:
        return [](const Step &step) {
            return MaybeKey(Key{0, QString::fromLatin1(toWord(step.type))});
        };
    case Start: // from the start of the run, so that a double holds its nanoseconds
        return [origin = m_snapshot ? m_snapshot->run.startedAt : 0](const Step &step) {
            return MaybeKey(Key{static_cast<double>(step.startedAt - origin)});
        };
    case Duration:
        return [number](const Step &step) { return number(step.duration); };
    case CountIn:
        return [number](const Step &step) { return number(step.countIn); };
    case CountOut:
        return [number](const Step &step) { return number(step.countOut); };
    case Eliminated:
        return [number](const Step &step) { return number(percentageEliminated(step)); };
    case Confidence:
        return [number](const Step &step) { return number(metricValue(step, kConfidenceMetric)); };
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
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
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
