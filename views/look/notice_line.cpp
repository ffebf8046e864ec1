// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/notice_line.h"

#include "views/look/elided_label.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace xray::views {

namespace {

constexpr int kIconSize = 16;

} // namespace

NoticeLine::NoticeLine(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_text(new ElidedLabel(this))
    , m_action(new QPushButton(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3 * kGrid, kGrid, kGrid, kGrid);
    row->setSpacing(2 * kGrid);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    m_text->setFont(smallFont());
    m_action->setProperty("look", QStringLiteral("flat"));
    connect(m_action, &QPushButton::clicked, this, &NoticeLine::actionTriggered);
    refreshIcon();
    hide();
}

void NoticeLine::showNotice(const QString &text, const QString &action)
{
    m_text->setText(text);
    m_text->setToolTip(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(text);
    if (isVisible())
        return;
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void NoticeLine::refreshIcon()
{
    m_icon->setPixmap(icon(QLatin1String("warning"), IconTone::Warning).pixmap(kIconSize));
}

void NoticeLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcon();
}

void NoticeLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.raised);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
}

} // namespace xray::views
