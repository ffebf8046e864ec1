// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/inspector_view.h"

#include "views/inspector/background.h"
#include "views/inspector/cards_row.h"
#include "views/inspector/error_view.h"
#include "views/inspector/inspector_header.h"
#include "views/inspector/payload_view.h"
#include "views/inspector/raw_view.h"
#include "views/inspector/reading_text.h"
#include "views/inspector/step_insight.h"
#include "views/inspector/why_view.h"
#include "views/look/empty_state.h"
#include "views/look/theme.h"

#include <model/core/answer.h>
#include <model/core/text.h>

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace xray::views {

namespace {

constexpr int kMostAttributesOpened = 100;
constexpr int kPatienceMs = 150;

int pageOf(InspectorView::Tab tab)
{
    return static_cast<int>(tab);
}

} // namespace

InspectorView::InspectorView(QWidget *parent)
    : QWidget(parent)
    , m_header(new InspectorHeader)
    , m_cards(new CardsRow)
    , m_tabs(new QTabBar)
    , m_tabPages(new QStackedWidget)
    , m_why(new WhyView)
    , m_input(new PayloadView(QStringLiteral("input"), QStringLiteral("Input")))
    , m_output(new PayloadView(QStringLiteral("output"), QStringLiteral("Output")))
    , m_errors(new ErrorView)
    , m_raw(new RawView)
    , m_span(new PayloadView(QStringLiteral("span"), QStringLiteral("Span")))
    , m_pages(new QStackedWidget)
    , m_state(new EmptyState)
{
    arrange(makeContent());
    connectParts();
    clear();
}

QWidget *InspectorView::makeContent()
{
    addTab(Tab::Reasoning, QStringLiteral("Reasoning"), m_why);
    addTab(Tab::Input, QStringLiteral("Input"), m_input);
    addTab(Tab::Output, QStringLiteral("Output"), m_output);
    addTab(Tab::Errors, QStringLiteral("Errors"), m_errors);
    addTab(Tab::Raw, QStringLiteral("Raw"), m_raw);
    addTab(Tab::Span, QStringLiteral("Span"), m_span);
    m_span->setOpening(2, kMostAttributesOpened); // attributes are what one looks for there
    m_tabs->setTabVisible(pageOf(Tab::Span), false);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(QStringLiteral("What to show of the step"));
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_cards);
    column->addWidget(m_tabs);
    column->addWidget(m_tabPages, 1);
    return content;
}

void InspectorView::addTab(Tab tab, const QString &title, QWidget *page)
{
    m_tabs->insertTab(pageOf(tab), title);
    m_tabPages->insertWidget(pageOf(tab), page);
}

void InspectorView::arrange(QWidget *content)
{
    m_pages->addWidget(content);
    m_pages->addWidget(m_state);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_pages, 1);
    setAccessibleName(QStringLiteral("Step inspector"));
    setFocusProxy(m_tabs);
}

void InspectorView::connectParts()
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_state->showLoading(QStringLiteral("Loading the step…"));
        showState();
    });
    connect(m_state, &EmptyState::actionTriggered, this, &InspectorView::retryRequested);
    connect(m_tabs, &QTabBar::currentChanged, m_tabPages, &QStackedWidget::setCurrentIndex);
    connect(m_header, &InspectorHeader::previousRequested, this,
            &InspectorView::previousStepRequested);
    connect(m_header, &InspectorHeader::nextRequested, this, &InspectorView::nextStepRequested);
}

void InspectorView::setDetail(std::shared_ptr<const StepDetail> detail, const QString &pipelineName)
{
    m_pipelineName = pipelineName;
    const Ticket ticket = m_tickets.issue();
    auto insight =
        inBackground([detail = std::move(detail), ticket] { return makeInsight(detail, ticket); });
    whenAnswered(insight, this, [this, ticket](std::shared_ptr<const StepInsight> made) {
        if (!ticket.isCancelled())
            showInsight(std::move(made));
    });
}

void InspectorView::showInsight(std::shared_ptr<const StepInsight> insight)
{
    m_patience.stop();
    m_insight = std::move(insight);
    const StepDetail &detail = *m_insight->detail;
    m_header->setStep(detail.step);
    m_cards->setStep(detail.step, *m_insight->explanation);
    m_why->setInsight(*m_insight);
    m_input->setPayload(m_insight->input);
    m_output->setPayload(m_insight->output);
    m_errors->setErrors(detail.errors);
    m_raw->setInsight(m_insight);
    m_span->setPayload(m_insight->span);
    m_tabs->setTabVisible(pageOf(Tab::Span), !m_insight->span.json.isEmpty());
    labelErrorTab(detail.errors.size());
    m_pages->setCurrentIndex(0);
    askForHistories(detail.step);
    Q_EMIT detailShown(detail.step.id);
}

void InspectorView::setLoading()
{
    m_tickets.cancel();
    m_patience.start();
}

void InspectorView::setError(const Error &error)
{
    m_tickets.cancel();
    m_state->showMessage(QLatin1String("warning"), QStringLiteral("The step could not be shown"),
                         error.message, QStringLiteral("Try again"));
    showState();
}

void InspectorView::clear()
{
    m_tickets.cancel();
    m_header->clear();
    m_state->showMessage(QLatin1String("search"), QStringLiteral("Select a step to see why"),
                         QStringLiteral("Its reasoning, what it kept and dropped, and its payloads "
                                        "appear here."));
    showState();
}

void InspectorView::showState()
{
    m_patience.stop();
    m_insight.reset();
    m_pages->setCurrentWidget(m_state);
}

void InspectorView::setPosition(qsizetype index, qsizetype total)
{
    m_header->setPosition(index, total);
}

void InspectorView::labelErrorTab(std::size_t errors)
{
    const QString count = formatCount(static_cast<qint64>(errors));
    m_tabs->setTabText(pageOf(Tab::Errors), errors == 0 ? QStringLiteral("Errors")
                                                        : QStringLiteral("Errors %1").arg(count));
}

void InspectorView::askForHistories(const Step &step)
{
    for (const QString &metric : m_cards->metricNames()) {
        MetricHistoryQuery query;
        query.pipelineName = m_pipelineName;
        query.stepName = step.name;
        query.type = step.type;
        query.metric = metric;
        Q_EMIT metricHistoryNeeded(query);
    }
}

void InspectorView::setMetricHistory(std::shared_ptr<const MetricHistory> history)
{
    if (m_insight == nullptr || history->query.pipelineName != m_pipelineName ||
        history->query.stepName != m_insight->detail->step.name)
        return;
    m_cards->setHistory(*history);
}

void InspectorView::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(pageOf(tab));
}

void InspectorView::openSearch()
{
    switch (currentTab()) {
    case Tab::Input:
        m_input->openSearch();
        return;
    case Tab::Output:
        m_output->openSearch();
        return;
    case Tab::Span:
        m_span->openSearch();
        return;
    case Tab::Errors:
    case Tab::Raw:
        showTab(Tab::Reasoning);
        break;
    case Tab::Reasoning:
        break;
    }
    m_why->tree()->openSearch();
}

InspectorView::Tab InspectorView::currentTab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

std::optional<StepId> InspectorView::shownStep() const
{
    if (m_insight == nullptr)
        return std::nullopt;
    return m_insight->detail->step.id;
}

QString InspectorView::whyText() const
{
    return m_insight == nullptr ? QString() : m_why->words()->toPlainText();
}

} // namespace xray::views
