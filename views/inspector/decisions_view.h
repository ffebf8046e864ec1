// SPDX-License-Identifier: GPL-3.0-or-later
// A step's decisions as a table, with a row of buttons to see only the kept, dropped or selected
// ones. Owned by the inspector; GUI thread.
#pragma once

#include <model/items/decision_table_model.h>

#include <QWidget>

class QButtonGroup;
class QLabel;
class QTableView;

namespace xray::views {

class DecisionsView final : public QWidget
{
    Q_OBJECT

public:
    explicit DecisionsView(QWidget *parent = nullptr);

    /// Hides itself when there are no decisions.
    void setExplanation(std::shared_ptr<const items::Explanation> explanation);

    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] items::DecisionTableModel *model() const { return m_model; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildBar();
    void buildTable();
    void offer(int id, const QString &word, qint64 count);
    void chooseAction(int id);
    void fitColumns();
    [[nodiscard]] int wantedWidth(int column) const;
    void copyCell() const;

    items::DecisionTableModel *m_model;
    QTableView *m_table;
    QWidget *m_bar;
    QButtonGroup *m_actions;
    QLabel *m_unreadable;
};

} // namespace xray::views
