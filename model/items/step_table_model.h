// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of one run as a table. It shows a snapshot; the next snapshot of the same run becomes
// row inserts, removals and changes, so that scroll and selection stay. Further metrics of the data
// become further columns. Owned by the view that shows it; GUI thread. A snapshot of n steps costs
// O(n) pointer comparisons, whatever its chunks share.
#pragma once

#include <model/core/run_snapshot.h>

#include <QAbstractTableModel>
#include <QHash>

namespace xray::items {

class StepTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// Metric columns follow FixedColumnCount.
    enum Column {
        Index,
        Name,
        Type,
        Start,
        Duration,
        CountIn,
        CountOut,
        Eliminated,
        Confidence,
        FixedColumnCount,
    };

    enum Role {
        SortRole = Qt::UserRole + 1, ///< raw value to sort by; invalid when absent
        ValueRole,                   ///< the same, for readers of values
        StepIdRole,                  ///< StepId
        TypeRole,                    ///< StepType
        StatusRole,                  ///< StepStatus
        ErrorCountRole,              ///< qint64
        IssueCountRole,              ///< int
    };

    /// Metrics beyond eliminated and confidence that get a column of their own.
    static constexpr int kMaxMetricColumns = 6;

    explicit StepTableModel(QObject *parent = nullptr);

    /// Null shows nothing. Another run than before is a reset.
    void setSnapshot(RunSnapshotPtr snapshot);
    [[nodiscard]] const RunSnapshotPtr &snapshot() const { return m_snapshot; }

    [[nodiscard]] const Step &stepAt(int row) const { return *m_steps[row]; }
    /// Row of the step, or -1. Linear.
    [[nodiscard]] int rowOf(StepId id) const;
    /// The metric a column beyond FixedColumnCount shows.
    [[nodiscard]] const QString &metricOf(int column) const;
    /// Whether a column's values are numbers, which stand to the right.
    [[nodiscard]] static bool isNumeric(int column);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    using Steps = std::vector<const Step *>; ///< into chunks that m_snapshot keeps alive

    void reset(RunSnapshotPtr snapshot);
    void removeGone(const Steps &next);
    void insertNew(const Steps &next);
    void replaceAll(const Steps &next);
    void countMetrics(const Step &step);
    [[nodiscard]] QStringList metricsByFrequency() const;
    void addMetricColumns();

    [[nodiscard]] QString displayText(const Step &step, int column) const;
    [[nodiscard]] QVariant rawValue(const Step &step, int column) const;
    [[nodiscard]] QString accessibleText(const Step &step, int column) const;

    RunSnapshotPtr m_snapshot;
    Steps m_steps;
    QStringList m_metrics; ///< of the columns beyond FixedColumnCount
    QHash<QString, qint64> m_metricCounts;
};

/// What share of its candidates a step took out, in percent: as logged, else from its counts.
[[nodiscard]] std::optional<double> percentageEliminated(const Step &step);

} // namespace xray::items
