// SPDX-License-Identifier: GPL-3.0-or-later
// Is it working, and if not, why: what is wrong and what to do, counters of listener and store, and
// what was refused, from whom and for what reason. Shows the snapshots it is given. Owned by the
// main window; GUI thread.
#pragma once

#include "views/diagnostics/diagnostics_snapshot.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace xray::views {

class EmptyState;
class FactGrid;
class NoticeLine;
class RefusalTableModel;

class DiagnosticsView final : public QWidget
{
    Q_OBJECT

public:
    explicit DiagnosticsView(QWidget *parent = nullptr);

    /// May come every second: what is selected stays.
    void setSnapshot(const DiagnosticsSnapshot &snapshot);
    /// Puts it into the clipboard as text.
    void copyAsText() const;

Q_SIGNALS:
    void closeRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QWidget *makeHeader();
    void setUpTable();
    void arrange();
    void showProblems();
    void showRefusals();
    void showDetail();
    void fitColumns();

    DiagnosticsSnapshot m_snapshot;
    QVBoxLayout *m_problems;
    std::vector<NoticeLine *> m_notices;
    FactGrid *m_facts;
    QLabel *m_refusedTitle;
    QStackedWidget *m_pages;
    QTableView *m_table;
    RefusalTableModel *m_model;
    EmptyState *m_none;
    QLabel *m_detail; ///< all of the selected refusal
};

} // namespace xray::views
