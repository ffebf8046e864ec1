// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of one run as a table. It shows a snapshot; the next snapshot of the same run becomes
// row inserts, removals and changes, so that scroll and selection stay. Further metrics of the data
// become further columns. It sorts itself: a proxy would ask for every cell through QVariant, which
// takes seconds at 100,000 steps. Owned by the view that shows it; GUI thread. A snapshot of n
// steps costs n pointer comparisons; steps in chunks that it shares are not looked at.
#pragma once

#include "model/items/step_table_order.h"

#include <model/core/run_snapshot.h>

#include <QAbstractTableModel>
#include <QHash>

#include <array>

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
        SortRole = Qt::UserRole + 1, ///< raw value; invalid when absent
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

    [[nodiscard]] const Step &stepAt(int row) const { return *m_steps[m_order.positionAt(row)]; }
    /// Row of the step, or -1. Linear.
    [[nodiscard]] int rowOf(StepId id) const;
    /// The metric a column beyond FixedColumnCount shows.
    [[nodiscard]] const QString &metricOf(int column) const;
    /// Whether a column's values are numbers, which stand to the right.
    [[nodiscard]] static bool isNumeric(int column);
    /// Whether no step has had anything in that column yet.
    [[nodiscard]] bool isEmptyColumn(int column) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    /// By a column; -1 puts the steps back into their own order. What is absent stands last.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    using Steps = StepTableOrder::Steps; ///< into chunks that m_snapshot keeps alive

    void reset(RunSnapshotPtr snapshot);
    void takeSteps(const Steps &next);
    [[nodiscard]] std::vector<int> removeGone(const Steps &next);
    [[nodiscard]] std::vector<int> insertNew(const Steps &next);
    [[nodiscard]] std::vector<int> replaceAll(const Steps &next);
    StepTableOrder rearrange(StepTableOrder order);
    [[nodiscard]] StepTableOrder::KeyOf keyOf(int column) const;
    void countValues(const Step &step);
    [[nodiscard]] QStringList metricsByFrequency() const;
    void addMetricColumns();

    [[nodiscard]] QString displayText(const Step &step, int column) const;
    [[nodiscard]] QVariant rawValue(const Step &step, int column) const;
    [[nodiscard]] QString accessibleText(const Step &step, int column) const;

    RunSnapshotPtr m_snapshot;
    Steps m_steps; ///< in their own order
    StepTableOrder m_order;
    QStringList m_metrics; ///< of the columns beyond FixedColumnCount
    QHash<QString, qint64> m_metricCounts;
    std::array<bool, FixedColumnCount> m_hasValues{}; ///< of the columns that may be empty
};

/// What share of its candidates a step took out, in percent: as logged, else from its counts.
[[nodiscard]] std::optional<double> percentageEliminated(const Step &step);

} // namespace xray::items
