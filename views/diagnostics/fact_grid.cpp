// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/fact_grid.h"

#include "views/look/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kColumnGap = 10 * kGrid;
constexpr int kNameGap = 4 * kGrid;

QLabel *makeLabel(const QString &text, const char *role)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", QLatin1String(role));
    return label;
}

/// The look's words for colours.
const char *roleOf(FactTone tone)
{
    switch (tone) {
    case FactTone::Quiet:
    case FactTone::Good:
        return "value";
    case FactTone::Bad:
        return "error";
    }
    return "value";
}

} // namespace

FactGrid::FactGrid(QWidget *parent)
    : QWidget(parent)
    , m_columns(new QHBoxLayout(this))
{
    m_columns->setContentsMargins(4 * kGrid, 3 * kGrid, 4 * kGrid, 4 * kGrid);
    m_columns->setSpacing(kColumnGap);
}

void FactGrid::setGroups(const std::vector<DiagnosticsGroup> &groups)
{
    if (groups == m_groups)
        return;
    if (!hasSameNames(groups))
        rebuild(groups);
    m_groups = groups;
    showValues();
}

bool FactGrid::hasSameNames(const std::vector<DiagnosticsGroup> &groups) const
{
    return std::ranges::equal(m_groups, groups, [](const auto &a, const auto &b) {
        return a.title == b.title &&
               std::ranges::equal(a.facts, b.facts, {}, &DiagnosticsFact::name,
                                  &DiagnosticsFact::name);
    });
}

void FactGrid::rebuild(const std::vector<DiagnosticsGroup> &groups)
{
    m_values.clear();
    while (QLayoutItem *item = m_columns->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const DiagnosticsGroup &group : groups) {
        auto *column = new QWidget;
        auto *grid = new QGridLayout(column);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(kNameGap);
        grid->setVerticalSpacing(kGrid);
        addFacts(grid, group);
        m_columns->addWidget(column, 0, Qt::AlignTop);
    }
    m_columns->addStretch(1);
}

void FactGrid::addFacts(QGridLayout *grid, const DiagnosticsGroup &group)
{
    grid->addWidget(makeLabel(group.title, "heading"), 0, 0, 1, 2);
    int row = 1;
    for (const DiagnosticsFact &fact : group.facts) {
        QLabel *value = makeLabel({}, "value");
        value->setFont(numberFont());
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setAccessibleName(fact.name);
        grid->addWidget(makeLabel(fact.name, "muted"), row, 0);
        grid->addWidget(value, row++, 1);
        m_values.push_back(value);
    }
}

void FactGrid::showValues()
{
    auto value = m_values.begin();
    for (const DiagnosticsGroup &group : m_groups) {
        for (const DiagnosticsFact &fact : group.facts) {
            QLabel *label = *value++;
            label->setText(fact.value);
            const QString role = QLatin1String(roleOf(fact.tone));
            if (label->property("role") == role)
                continue;
            label->setProperty("role", role);
            label->style()->unpolish(label); // the sheet looks at properties as it polishes
            label->style()->polish(label);
        }
    }
}

} // namespace xray::views
