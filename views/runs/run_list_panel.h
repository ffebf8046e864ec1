// SPDX-License-Identifier: GPL-3.0-or-later
// The left panel, which answers "which run": header with count and order, filter, list, and what
// stands there when there is no list to show. It tells what the user wants and changes nothing
// itself but the query's own controls. Owned by the main window; GUI thread.
#pragma once

#include "views/runs/run_list_view.h"

#include <model/core/ports.h>

#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace xray::views {

class Chip;
class EmptyState;
class NoticeLine;
class RunFilterBar;

class RunListPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit RunListPanel(QWidget *parent = nullptr);

    /// Borrowed; must outlive the panel.
    void setRunModel(items::RunListModel *model);
    /// What the filter and the tag editor offer.
    void setFacets(const RunFacets &facets);
    /// Shows the filter without telling of it.
    void setFilter(const RunFilter &filter);
    /// Shows the order without telling of it.
    void setSort(const RunSort &sort);
    void setFollow(Follow follow);
    /// Makes the run current when it is loaded; says whether it was.
    bool selectRun(ExecutionId id);
    /// The same for any run that is in the list.
    bool selectRun(ExecutionRow run);

    [[nodiscard]] RunListView *view() const { return m_view; }

public Q_SLOTS:
    void focusSearch();
    void focusList();
    void openFilter();

Q_SIGNALS:
    void runSelected(xray::ExecutionId id);
    void runActivated(xray::ExecutionId id);
    void filterChanged(const xray::RunFilter &filter);
    void sortChanged(const xray::RunSort &sort);
    void deleteRequested(const std::vector<xray::ExecutionId> &ids);
    void deleteRefused(const QString &why);
    void tagsEdited(xray::ExecutionId id, const QStringList &tags);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QWidget *makeHeader();
    void connectView();
    void fillSortMenu();
    void chooseSort(const RunSort &sort);
    void showCount();
    [[nodiscard]] QString fittingCount(const QString &text) const;
    void showState();
    void showEmpty();
    void showProblem();
    void takeAction();

    items::RunListModel *m_model = nullptr; ///< borrowed; null before setRunModel()
    items::RunListModel::State m_shownState = items::RunListModel::State::Idle;
    QTimer m_patience; ///< runs until a list that is being read says so
    RunSort m_sort;
    QLabel *m_title;
    Chip *m_count;
    QToolButton *m_sortButton;
    RunFilterBar *m_filterBar;
    NoticeLine *m_problem;
    QStackedWidget *m_pages;
    RunListView *m_view;
    EmptyState *m_empty;
};

} // namespace xray::views
