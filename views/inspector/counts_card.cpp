// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/counts_card.h"

#include <model/core/text.h>

#include <QPainter>

#include <algorithm>
#include <array>
#include <numeric>

namespace xray::views {

namespace {

constexpr std::size_t kRulesShown = 3;
constexpr double kSegmentGap = 2;
constexpr double kLeastSegment = 2;
constexpr double kSegmentRadius = 2;

QString countText(const std::optional<qint64> &count)
{
    return count ? formatCount(*count) : QStringLiteral("–");
}

std::vector<qint64> droppedByRule(const items::Explanation &explanation)
{
    std::vector<qint64> dropped;
    qint64 rest = explanation.countIn.value_or(0) - explanation.countOut.value_or(0);
    for (const items::RuleSummary &rule : explanation.decisions.rules) {
        if (rule.dropped == 0 || dropped.size() == kRulesShown)
            break;
        dropped.push_back(rule.dropped);
        rest -= rule.dropped;
    }
    if (rest > 0)
        dropped.push_back(rest);
    return dropped;
}

QString captionText(const items::Explanation &explanation)
{
    QStringList parts;
    for (const items::RuleSummary &rule : explanation.decisions.rules) {
        if (rule.dropped > 0 && !rule.rule.isEmpty())
            parts += QStringLiteral("%1 %2").arg(rule.rule, formatCount(rule.dropped));
    }
    if (!parts.isEmpty())
        return parts.join(QStringLiteral(" · "));
    const qint64 gone = explanation.countIn.value_or(0) - explanation.countOut.value_or(0);
    if (!explanation.countIn || !explanation.countOut || gone < 0)
        return {};
    return gone == 0 ? QStringLiteral("all kept")
                     : QStringLiteral("%1 dropped").arg(formatCount(gone));
}

} // namespace

CountsCard::CountsCard(QWidget *parent)
    : FigureCard(QStringLiteral("candidates"), parent)
{
}

void CountsCard::setExplanation(const items::Explanation &explanation)
{
    m_kept = explanation.countOut.value_or(0);
    m_dropped = droppedByRule(explanation);
    setValue(QStringLiteral("%1 → %2").arg(countText(explanation.countIn),
                                           countText(explanation.countOut)),
             FigureTone::Usual);
    setCaption(captionText(explanation));
}

void CountsCard::paintChart(QPainter &painter, const QRectF &area, const Theme &theme)
{
    const qint64 total = std::accumulate(m_dropped.begin(), m_dropped.end(), m_kept);
    if (total <= 0)
        return;
    const std::array colors{theme.filter, theme.error, theme.llm, theme.faint};
    painter.setPen(Qt::NoPen);
    double left = area.left();
    const auto segment = [&](qint64 count, const QColor &color) {
        const double share = static_cast<double>(count) / static_cast<double>(total);
        const double width = std::max(share * area.width(), kLeastSegment);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(left, area.top(), width - kSegmentGap, area.height()),
                                kSegmentRadius, kSegmentRadius);
        left += width;
    };
    if (m_kept > 0)
        segment(m_kept, theme.ok);
    for (std::size_t i = 0; i < m_dropped.size(); ++i)
        segment(m_dropped[i], colors[std::min(i, colors.size() - 1)]);
}

} // namespace xray::views
