// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to "why": the step's reasoning in words at the top, what its rules did, every
// decision, and the reasoning payload as a tree. Owned by the inspector; GUI thread.
#pragma once

#include "views/inspector/step_insight.h"

#include <QWidget>

class QLabel;
class QSplitter;

namespace xray::views {

class DecisionsView;
class PayloadView;
class ReadingText;
class RulesView;

class WhyView final : public QWidget
{
    Q_OBJECT

public:
    explicit WhyView(QWidget *parent = nullptr);

    void setInsight(const StepInsight &insight);

    [[nodiscard]] ReadingText *words() const { return m_words; }
    [[nodiscard]] PayloadView *tree() const { return m_tree; }
    [[nodiscard]] DecisionsView *decisions() const { return m_decisions; }

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QWidget *makeBlock();
    void arrange(QWidget *block);
    void showIssues();

    std::vector<Issue> m_stepIssues;
    QWidget *m_block;
    ReadingText *m_words;
    QLabel *m_issues;
    RulesView *m_rules;
    DecisionsView *m_decisions;
    PayloadView *m_tree;
    QSplitter *m_splitter;
};

} // namespace xray::views
