// SPDX-License-Identifier: GPL-3.0-or-later
// The right panel: why a step did what it did. It shows one step's detail, parsed off the GUI
// thread, and asks for the history of its metrics. Owned by the main window; GUI thread.
#pragma once

#include <model/core/ports.h>
#include <model/core/result.h>
#include <model/core/ticket.h>

#include <QTimer>
#include <QWidget>

#include <memory>

class QStackedWidget;
class QTabBar;

namespace xray::views {

class CardsRow;
class ErrorView;
class InspectorHeader;
class PayloadView;
class RawView;
class EmptyState;
class WhyView;
struct StepInsight;

class InspectorView final : public QWidget
{
    Q_OBJECT

public:
    enum class Tab { Reasoning, Input, Output, Errors, Raw, Span };

    explicit InspectorView(QWidget *parent = nullptr);

    /// Shows a step of a run of that pipeline, as soon as its payloads are parsed. A newer version
    /// of the step that is shown keeps tab, expansion and scroll where the payload is the same.
    void setDetail(std::shared_ptr<const StepDetail> detail, const QString &pipelineName);
    /// Says so if the detail takes longer than a moment.
    void setLoading();
    /// Says what could not be shown and why.
    void setError(const Error &error);
    /// No step is selected.
    void clear();

    /// Which step of the run it is, from 1; a total of 0 hides it.
    void setPosition(qsizetype index, qsizetype total);
    /// Ignored unless it belongs to the step that is shown.
    void setMetricHistory(std::shared_ptr<const MetricHistory> history);

    void showTab(Tab tab);
    /// Opens the search of the tree that is shown; elsewhere that of the reasoning.
    void openSearch();
    [[nodiscard]] Tab currentTab() const;
    /// The step that is shown; absent while none is.
    [[nodiscard]] std::optional<StepId> shownStep() const;
    /// The words at the top as they stand there.
    [[nodiscard]] QString whyText() const;

Q_SIGNALS:
    void previousStepRequested();
    void nextStepRequested();
    /// After setError(): the user wants the step to be read again.
    void retryRequested();
    void metricHistoryNeeded(const xray::MetricHistoryQuery &query);
    /// The parsed detail is on the screen.
    void detailShown(const xray::StepId &step);

private:
    [[nodiscard]] QWidget *makeContent();
    void addTab(Tab tab, const QString &title, QWidget *page);
    void arrange(QWidget *content);
    void connectParts();
    void showInsight(std::shared_ptr<const StepInsight> insight);
    void showState();
    void labelErrorTab(std::size_t errors);
    void askForHistories(const Step &step);

    QString m_pipelineName;
    std::shared_ptr<const StepInsight> m_insight;
    TicketOffice m_tickets;
    QTimer m_patience; ///< until "Loading" is worth saying

    InspectorHeader *m_header;
    CardsRow *m_cards;
    QTabBar *m_tabs;
    QStackedWidget *m_tabPages;
    WhyView *m_why;
    PayloadView *m_input;
    PayloadView *m_output;
    ErrorView *m_errors;
    RawView *m_raw;
    PayloadView *m_span;     ///< of a step made of one
    QStackedWidget *m_pages; ///< the content, or a state
    EmptyState *m_state;
};

} // namespace xray::views

Q_DECLARE_METATYPE(xray::MetricHistoryQuery)
