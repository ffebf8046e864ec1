// SPDX-License-Identifier: GPL-3.0-or-later
// The errors of a run, two lines each: what went wrong, and in which step and when. Choosing one
// chooses its step. Owned by the main window; GUI thread.
#pragma once

#include <model/core/run_snapshot.h>

#include <QListView>

#include <optional>

namespace xray::items {
class ErrorListModel;
}

namespace xray::views {

class ErrorListView final : public QListView
{
    Q_OBJECT

public:
    explicit ErrorListView(QWidget *parent = nullptr);

    void setSnapshot(RunSnapshotPtr snapshot);
    [[nodiscard]] int errorCount() const;

Q_SIGNALS:
    void stepSelected(const xray::StepId &step);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void chooseStep(const QModelIndex &index);

    items::ErrorListModel *m_errors;
    std::optional<ExecutionId> m_run; ///< whose errors are shown
};

} // namespace xray::views
