// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a run as a table that follows a growing run without moving what one looks at.
// Sorting by a header is undone by a third click. Columns take the room their values need; where it
// is scarce, headers are elided and columns without any value give way. A width that a person gave
// a column stays. Owned by the main window; GUI thread.
#pragma once

#include <model/items/step_table_model.h>

#include <QTableView>

#include <map>

namespace xray::views {

/// Column widths in pixels by the columns' titles.
using ColumnWidths = std::map<QString, int>;

class StepTableView final : public QTableView
{
    Q_OBJECT

public:
    explicit StepTableView(QWidget *parent = nullptr);

    void setSnapshot(RunSnapshotPtr snapshot);
    /// Selects without a signal, and scrolls there. A step that is not there yet is selected when
    /// a snapshot brings it. Nothing selects nothing.
    void setSelectedStep(std::optional<StepId> step);
    [[nodiscard]] std::optional<StepId> selectedStep() const { return m_selected; }
    [[nodiscard]] items::StepTableModel *steps() const { return m_steps; }

    /// The widths that were given by hand, now or in an earlier session.
    void setChosenWidths(const ColumnWidths &widths);
    [[nodiscard]] const ColumnWidths &chosenWidths() const { return m_chosenWidths; }

Q_SIGNALS:
    void stepSelected(const xray::StepId &step);
    /// Double click or Enter.
    void stepActivated(const xray::StepId &step);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUpHeader();
    void connectParts();
    void noteCurrent(const QModelIndex &current);
    void applySelection();
    void sortAsBefore();
    void noteWidth(int column, int width);
    [[nodiscard]] QString titleOf(int column) const;
    [[nodiscard]] int wantedWidth(int column) const;
    [[nodiscard]] int widthOfValues(int column) const;
    [[nodiscard]] int widthOfLargestIndex() const;
    [[nodiscard]] bool isOutgrown() const;
    [[nodiscard]] int leastWidth(int column) const;
    [[nodiscard]] bool hidesValues() const;
    void fitColumns();
    void makeRoom();
    void fitNameColumn();

    items::StepTableModel *m_steps;
    std::optional<StepId> m_selected;
    ColumnWidths m_chosenWidths;
    bool m_fitting = false; ///< widths change, but nobody chose them
};

} // namespace xray::views
