// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a run as a table that follows a growing run without moving what one looks at.
// Sorting by a header is undone by a third click. Owned by the main window; GUI thread.
#pragma once

#include <model/items/step_table_model.h>

#include <QTableView>

class QSortFilterProxyModel;

namespace xray::views {

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

Q_SIGNALS:
    void stepSelected(const xray::StepId &step);
    /// Double click or Enter.
    void stepActivated(const xray::StepId &step);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUpLook();
    void setUpHeader();
    void connectParts();
    void noteCurrent(const QModelIndex &current);
    void applySelection();
    void fitColumns();
    void fitNameColumn();

    items::StepTableModel *m_steps;
    QSortFilterProxyModel *m_sorted;
    std::optional<StepId> m_selected;
};

} // namespace xray::views
