// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/empty_state.h"

#include "views/look/icons.h"
#include "views/look/spinner.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace xray::views {

namespace {

constexpr int kIconSize = 32;
constexpr int kTextWidth = 320;

QLabel *makeText(QWidget *parent, const QString &role)
{
    auto *label = new QLabel(parent);
    label->setProperty("role", role);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setMaximumWidth(kTextWidth);
    label->setMinimumWidth(1);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_spinner(new Spinner(this))
    , m_title(makeText(this, QStringLiteral("heading")))
    , m_text(makeText(this, QStringLiteral("muted")))
    , m_action(new QPushButton(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_spinner, 0, Qt::AlignHCenter);
    for (QLabel *label : {m_title, m_text}) {
        auto *row = new QHBoxLayout;
        row->addWidget(label, 1);
        layout->addLayout(row);
    }
    layout->addSpacing(4);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
}

void EmptyState::showMessage(QLatin1String iconName, const QString &title, const QString &text,
                             const QString &action)
{
    m_iconName = iconName;
    refreshIcon();
    m_icon->show();
    m_spinner->hide();
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
}

void EmptyState::showLoading(const QString &title)
{
    m_icon->hide();
    m_spinner->show();
    m_title->setText(title);
    m_text->hide();
    m_action->hide();
    setAccessibleName(title);
    setAccessibleDescription({});
}

void EmptyState::refreshIcon()
{
    const QIcon drawing = icon(m_iconName, IconTone::Faint);
    m_icon->setPixmap(drawing.pixmap(QSize(kIconSize, kIconSize), devicePixelRatioF()));
}

void EmptyState::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && !m_iconName.isEmpty())
        refreshIcon();
    QWidget::changeEvent(event);
}

} // namespace xray::views
