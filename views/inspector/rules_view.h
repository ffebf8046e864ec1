// SPDX-License-Identifier: GPL-3.0-or-later
// What each rule of a step did to its items: how many it dropped or kept as a bar and in words, and
// one reason as an example. Owned by the inspector; GUI thread.
#pragma once

#include <model/items/explanation.h>

#include <QWidget>

namespace xray::views {

struct Theme;

class RulesView final : public QWidget
{
    Q_OBJECT

public:
    /// Rules beyond this many are summed up in a last line.
    static constexpr std::size_t kMostRules = 5;

    explicit RulesView(QWidget *parent = nullptr);

    /// Hides itself when no rule was named.
    void setDecisions(const items::Decisions &decisions);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintRule(QPainter &painter, const Theme &theme, const items::RuleSummary &rule,
                   int top) const;
    void paintBar(QPainter &painter, const Theme &theme, const items::RuleSummary &rule,
                  const QRectF &area) const;

    std::vector<items::RuleSummary> m_rules;
    qint64 m_total = 0;
};

/// "31 dropped", "2 kept · 1 dropped".
[[nodiscard]] QString ruleCountsText(const items::RuleSummary &rule);

} // namespace xray::views
