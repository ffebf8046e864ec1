// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/state_page.h"

#include "views/look/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace xray::views {

namespace {

constexpr int kMargin = 6 * kGrid;

QLabel *centeredLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

StatePage::StatePage(QWidget *parent)
    : StatePage(QString(), QString(), parent)
{
}

StatePage::StatePage(const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_title(centeredLabel(this))
    , m_text(centeredLabel(this))
{
    QFont bold = uiFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_text->setForegroundRole(QPalette::PlaceholderText);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->addStretch(2);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addStretch(3);
    say(title, text);
}

void StatePage::say(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleName(text.isEmpty() ? title : title + QStringLiteral(". ") + text);
}

} // namespace xray::views
