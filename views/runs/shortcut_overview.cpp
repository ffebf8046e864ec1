// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/shortcut_overview.h"

#include <views/look/chip.h>

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kColumns = 2;

QStringList sectionsOf(const std::vector<Shortcut> &shortcuts)
{
    QStringList sections;
    for (const Shortcut &shortcut : shortcuts)
        sections += shortcut.section;
    sections.removeDuplicates();
    return sections;
}

} // namespace

ShortcutOverview::ShortcutOverview(const std::vector<Shortcut> &shortcuts, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(QStringLiteral("Keyboard"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(40);
    std::vector<QGridLayout *> grids;
    for (int i = 0; i < kColumns; ++i) {
        grids.push_back(new QGridLayout);
        grids.back()->setHorizontalSpacing(16);
        grids.back()->setVerticalSpacing(6);
        columns->addLayout(grids.back(), 1);
    }
    for (const QString &section : sectionsOf(shortcuts)) // into the shortest column
        addSection(*std::ranges::min_element(grids, {}, &QGridLayout::rowCount), section,
                   shortcuts);
    for (QGridLayout *grid : grids)
        grid->setRowStretch(grid->rowCount(), 1);
    auto *close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(close, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 20, 24, 16);
    layout->setSpacing(16);
    layout->addLayout(columns);
    layout->addWidget(close);
}

void ShortcutOverview::addSection(QGridLayout *column, const QString &section,
                                  const std::vector<Shortcut> &shortcuts)
{
    auto *title = new QLabel(section, this);
    title->setProperty("role", QStringLiteral("heading"));
    const int top = column->rowCount();
    if (top > 1)
        title->setContentsMargins(0, 14, 0, 0);
    column->addWidget(title, top, 0, 1, 2);
    for (const Shortcut &shortcut : shortcuts) {
        if (shortcut.section != section)
            continue;
        const int row = column->rowCount();
        auto *keys = new QHBoxLayout;
        keys->setSpacing(4);
        for (const QString &key : shortcut.keys)
            keys->addWidget(new Chip(Chip::Kind::Fact, key, this));
        keys->addStretch();
        column->addLayout(keys, row, 0);
        column->addWidget(new QLabel(shortcut.text, this), row, 1);
    }
    column->setColumnStretch(1, 1);
}

} // namespace xray::views
