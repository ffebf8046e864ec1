// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/rules_view.h"

#include "views/look/theme.h"

#include <model/core/text.h>

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kPadding = 2 * kGrid;
constexpr int kBarHeight = 3;
constexpr int kRuleGap = 2 * kGrid;

int lineHeight()
{
    return QFontMetrics(uiFont()).height();
}

int ruleHeight()
{
    return lineHeight() + QFontMetrics(smallFont()).height() + kBarHeight + kRuleGap;
}

QString nameOf(const items::RuleSummary &rule)
{
    return rule.rule.isEmpty() ? QStringLiteral("no rule named") : rule.rule;
}

QString exampleOf(const items::RuleSummary &rule)
{
    if (rule.exampleReason.isEmpty())
        return QStringLiteral("for example %1").arg(rule.exampleItem);
    return QStringLiteral("%1: %2").arg(rule.exampleItem, rule.exampleReason).simplified();
}

/// The rules from `first` on as one.
items::RuleSummary othersOf(const std::vector<items::RuleSummary> &rules, std::size_t first)
{
    items::RuleSummary others;
    others.rule = QStringLiteral("%1 other rules").arg(rules.size() - first);
    others.exampleItem = rules[first].exampleItem;
    others.exampleReason = rules[first].exampleReason;
    for (std::size_t i = first; i < rules.size(); ++i) {
        others.kept += rules[i].kept;
        others.dropped += rules[i].dropped;
        others.selected += rules[i].selected;
    }
    return others;
}

} // namespace

QString ruleCountsText(const items::RuleSummary &rule)
{
    QStringList parts;
    const auto add = [&](qint64 count, const char *word) {
        if (count > 0)
            parts += QStringLiteral("%1 %2").arg(formatCount(count), QString::fromLatin1(word));
    };
    add(rule.dropped, "dropped");
    add(rule.kept, "kept");
    add(rule.selected, "selected");
    return parts.join(QStringLiteral(" · "));
}

RulesView::RulesView(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RulesView::setDecisions(const items::Decisions &decisions)
{
    m_rules = decisions.rules;
    if (m_rules.size() > kMostRules) {
        const items::RuleSummary others = othersOf(m_rules, kMostRules - 1);
        m_rules.resize(kMostRules - 1);
        m_rules.push_back(others);
    }
    m_total = static_cast<qint64>(decisions.items.size());
    QStringList lines;
    for (const items::RuleSummary &rule : m_rules)
        lines +=
            QStringLiteral("%1: %2, %3").arg(nameOf(rule), ruleCountsText(rule), exampleOf(rule));
    setAccessibleName(QStringLiteral("Rules"));
    setAccessibleDescription(lines.join(u'\n'));
    setToolTip(lines.join(u'\n'));
    const bool named =
        m_rules.size() > 1 || (m_rules.size() == 1 && !m_rules.front().rule.isEmpty());
    setVisible(named);
    updateGeometry();
    update();
}

QSize RulesView::sizeHint() const
{
    return {200, static_cast<int>(m_rules.size()) * ruleHeight() + 2 * kPadding - kGrid};
}

void RulesView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme &theme = themeFor(palette());
    int top = kPadding;
    for (const items::RuleSummary &rule : m_rules) {
        paintRule(painter, theme, rule, top);
        top += ruleHeight();
    }
}

void RulesView::paintRule(QPainter &painter, const Theme &theme, const items::RuleSummary &rule,
                          int top) const
{
    QRect line(kMargin, top, width() - 2 * kMargin, lineHeight());
    painter.setFont(uiFont());
    const QString counts = ruleCountsText(rule);
    const int countsWidth = painter.fontMetrics().horizontalAdvance(counts);
    painter.setPen(theme.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, counts);
    painter.setPen(theme.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(nameOf(rule), Qt::ElideMiddle,
                                                      line.width() - countsWidth - kPadding));
    paintBar(painter, theme, rule, QRectF(kMargin, line.bottom() + 2, line.width(), kBarHeight));
    line.translate(0, lineHeight() + kBarHeight + 1);
    painter.setFont(smallFont());
    painter.setPen(theme.muted);
    painter.drawText(
        line, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(exampleOf(rule), Qt::ElideRight, line.width()));
}

void RulesView::paintBar(QPainter &painter, const Theme &theme, const items::RuleSummary &rule,
                         const QRectF &area) const
{
    if (m_total <= 0)
        return;
    const double perItem = area.width() / static_cast<double>(m_total);
    const double keptWidth = perItem * static_cast<double>(rule.kept + rule.selected);
    const double droppedWidth = perItem * static_cast<double>(rule.dropped);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.line);
    painter.drawRoundedRect(area, 1.5, 1.5);
    painter.setBrush(theme.error);
    painter.drawRoundedRect(QRectF(area.left(), area.top(), droppedWidth, area.height()), 1.5, 1.5);
    painter.setBrush(theme.ok);
    painter.drawRoundedRect(
        QRectF(area.left() + droppedWidth, area.top(), keptWidth, area.height()), 1.5, 1.5);
}

} // namespace xray::views
