// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/why_view.h"

#include "views/inspector/decisions_view.h"
#include "views/inspector/payload_view.h"
#include "views/inspector/reading_text.h"
#include "views/inspector/rules_view.h"
#include "views/look/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QSplitter>
#include <QVBoxLayout>

namespace xray::views {

namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kTallestWords = 200;

/// Paints its own background: one set as a palette does not outlive a change of the look.
class HighlightedBlock final : public QWidget
{
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter(this).fillRect(rect(), themeFor(palette()).selection);
    }
};

QLabel *headingLabel(const QString &text)
{
    auto *label = new QLabel(text);
    QFont font = uiFont();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

/// The triangle in the warning colour, the words readable on the block.
QString issueHtml(const Issue &issue, const Theme &theme)
{
    const QString place =
        issue.field.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(issue.field);
    return QStringLiteral("<span style='color:%1'>▲</span> %2: %3")
        .arg(theme.warning.name(), QString::fromLatin1(toWord(issue.severity)),
             (issue.message + place).toHtmlEscaped());
}

} // namespace

WhyView::WhyView(QWidget *parent)
    : QWidget(parent)
    , m_block(new HighlightedBlock)
    , m_words(new ReadingText(kTallestWords))
    , m_issues(new QLabel)
    , m_rules(new RulesView)
    , m_decisions(new DecisionsView)
    , m_tree(new PayloadView(QStringLiteral("reasoning"), QStringLiteral("Reasoning")))
    , m_splitter(new QSplitter(Qt::Vertical))
{
    arrange(makeBlock());
}

/// The highlighted block with the words and what is odd about them.
QWidget *WhyView::makeBlock()
{
    auto *layout = new QVBoxLayout(m_block);
    layout->setContentsMargins(kMargin, kMargin - 2, kMargin, kMargin - 2);
    layout->setSpacing(kGrid);
    layout->addWidget(headingLabel(QStringLiteral("Why")));
    layout->addWidget(m_words);
    layout->addWidget(m_issues);
    m_words->setObjectName(QStringLiteral("whyText"));
    m_words->setAccessibleName(QStringLiteral("Why"));
    m_issues->setWordWrap(true);
    m_issues->setForegroundRole(QPalette::PlaceholderText);
    m_issues->setTextFormat(Qt::RichText);
    m_issues->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_issues->setAccessibleName(QStringLiteral("Issues of the step"));
    return m_block;
}

void WhyView::arrange(QWidget *block)
{
    m_splitter->addWidget(m_decisions);
    m_splitter->addWidget(m_tree);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(block);
    column->addWidget(m_rules);
    column->addWidget(m_splitter, 1);
}

void WhyView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIssues(); // which have the theme's colours in their text
}

void WhyView::setInsight(const StepInsight &insight)
{
    m_words->setParagraphs(insight.explanation->headline());
    m_stepIssues = insight.detail->step.issues;
    showIssues();
    m_rules->setDecisions(insight.explanation->decisions);
    m_decisions->setExplanation(insight.explanation);
    m_tree->setPayload(insight.reasoning);
    m_tree->setVisible(!insight.reasoning.json.isEmpty()); // the words above say that already
}

void WhyView::showIssues()
{
    QStringList lines;
    for (const Issue &issue : m_stepIssues)
        lines += issueHtml(issue, themeFor(palette()));
    m_issues->setText(lines.join(QStringLiteral("<br>")));
    m_issues->setVisible(!lines.isEmpty());
}

} // namespace xray::views
