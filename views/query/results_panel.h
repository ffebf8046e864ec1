// SPDX-License-Identifier: GPL-3.0-or-later
// What a query found: how many of how many, how long it took and how, the table, and beside it the
// trends. Says so when nothing matched, when the text is no query, when asking failed; shows
// progress for what takes longer than a moment. Owned by the query page; GUI thread.
#pragma once

#include "views/query/result_table.h"

#include <model/query/language.h>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace xray::views {

class Chip;
class EmptyState;

enum class ExportFormat { Csv, Json, Ndjson };

class ResultsPanel final : public QWidget
{
    Q_OBJECT

public:
    /// What takes longer shows how far it is and can be cancelled.
    static constexpr int kPatienceMs = 300;

    ResultsPanel(items::QueryResultModel *model, QWidget *trends, QWidget *parent = nullptr);

    /// How many match; nothing while that is being counted.
    void setCount(const std::optional<query::CountAnswer> &count);
    /// There will be no count.
    void giveUpCount();
    /// Reading the trends takes its time too.
    enum class Trends { There, Reading };
    void setReadsTrends(Trends trends);
    [[nodiscard]] bool readsTrends() const { return m_readsTrends == Trends::Reading; }
    /// The text is no query: shows why and offers what was probably meant.
    void showProblem(const query::QueryError &error);
    /// How many match, if that is known exactly; else 0.
    [[nodiscard]] qint64 exactCount() const;
    void showTrends();
    [[nodiscard]] bool showsTrends() const;
    [[nodiscard]] ResultTable *table() const { return m_table; }
    /// "showing 200 of 398"
    [[nodiscard]] QString countText() const;
    [[nodiscard]] QToolButton *groupButton() const { return m_group; }
    /// Says that only what is loaded is sorted, and loads the rest.
    [[nodiscard]] QToolButton *sortedButton() const { return m_sorted; }
    /// Says how many rows match no longer, and takes them away.
    [[nodiscard]] QToolButton *goneButton() const { return m_gone; }
    [[nodiscard]] EmptyState *message() const { return m_message; }

Q_SIGNALS:
    void openRequested(xray::ExecutionId run, const std::optional<xray::StepId> &step);
    void conditionPicked(const xray::query::Condition &condition, xray::views::Picked how);
    void groupByRunToggled();
    void exportRequested(xray::views::ExportFormat format);
    /// The runs of the matches, whole, rather than rows of the result.
    void runExportRequested();
    void cancelRequested();
    void retryRequested();
    void suggestionTaken(const xray::query::QueryError &error);
    void clearRequested();
    void trendsShown();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeHeader();
    QWidget *makeChipLine();
    void placeChips();
    void connectParts();
    void connectModel();
    void showMessage();
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] QString sortedText() const;
    [[nodiscard]] bool asksForLong() const;
    void fillExportMenu();
    void refresh();
    void refreshPage();
    void refreshChips();
    void refreshProgress();
    void act();

    items::QueryResultModel *m_model;
    std::optional<query::CountAnswer> m_count;
    int m_balanceWhenCounted = 0; ///< what a watch had seen come and go by then
    bool m_isCounting = false;
    Trends m_readsTrends = Trends::There;
    std::optional<query::QueryError> m_problem;
    QTabBar *m_tabs;
    QWidget *m_chips;    ///< what is told of the answer
    QWidget *m_chipLine; ///< where they stand when the header has no room
    QHBoxLayout *m_headerRow = nullptr;
    QHBoxLayout *m_chipRow = nullptr;
    Chip *m_shown;
    Chip *m_elapsed;
    Chip *m_plan;
    QToolButton *m_sorted;
    QToolButton *m_new;
    QToolButton *m_gone;
    QToolButton *m_group;
    QToolButton *m_columns;
    QToolButton *m_export;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QStackedWidget *m_pages;
    QWidget *m_trendsPage;
    ResultTable *m_table;
    EmptyState *m_message;
    QElapsedTimer m_asked; ///< since the question was asked
    QTimer m_patience;
    QTimer m_ticks;
};

} // namespace xray::views
