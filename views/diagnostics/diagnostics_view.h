// SPDX-License-Identifier: GPL-3.0-or-later
// Is it working, and if not, why: what is wrong and what to do, counters of listener and store, and
// what was refused, from whom and for what reason. Shows the snapshots it is given. Owned by the
// main window; GUI thread.
#pragma once

#include "views/diagnostics/diagnostics_snapshot.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QVBoxLayout;

namespace xray::views {

class EmptyState;
class FactGrid;
class NoticeLine;
class RefusalTable;
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

private:
    [[nodiscard]] QWidget *makeHeader();
    [[nodiscard]] QWidget *makeRefusedHeader();
    [[nodiscard]] QWidget *makeDetail();
    void arrange();
    void showProblems();
    void showRefusals();
    void showDetail();

    DiagnosticsSnapshot m_snapshot;
    QVBoxLayout *m_problems;
    std::vector<NoticeLine *> m_notices;
    FactGrid *m_facts;
    QLabel *m_refusedTitle;
    QStackedWidget *m_pages;
    RefusalTableModel *m_model;
    RefusalTable *m_table;
    EmptyState *m_none;
    QWidget *m_detail; ///< all of the selected refusal
    QLabel *m_detailTitle;
    QLabel *m_detailText;
};

} // namespace xray::views
