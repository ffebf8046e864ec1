// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/pick_button.h"

#include <QMenu>

namespace xray::views {

namespace {

constexpr int kLeastWordWidth = 44;

QString withArrow(const QString &word)
{
    return word + QStringLiteral(" ▾");
}

} // namespace

PickButton::PickButton(const QString &name, QWidget *parent)
    : QToolButton(parent)
{
    setProperty("look", QStringLiteral("pick"));
    setPopupMode(InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(name);
    setMenu(new QMenu(this));
}

void PickButton::setWord(const QString &word)
{
    m_word = word;
    setAccessibleDescription(word);
    setText(withArrow(word));
    updateGeometry();
    elide();
}

/// Of the button as the style makes it: frame, padding, icon, arrow.
int PickButton::widthBesideWord() const
{
    return QToolButton::sizeHint().width() - fontMetrics().horizontalAdvance(text()) +
           fontMetrics().horizontalAdvance(withArrow({}));
}

QSize PickButton::sizeHint() const
{
    return {widthBesideWord() + fontMetrics().horizontalAdvance(m_word),
            QToolButton::sizeHint().height()};
}

QSize PickButton::minimumSizeHint() const
{
    const int word = std::min(kLeastWordWidth, fontMetrics().horizontalAdvance(m_word));
    return {widthBesideWord() + word, sizeHint().height()};
}

void PickButton::resizeEvent(QResizeEvent *event)
{
    QToolButton::resizeEvent(event);
    elide();
}

void PickButton::elide()
{
    const QString shown =
        fontMetrics().elidedText(m_word, Qt::ElideMiddle, width() - widthBesideWord());
    const bool isWhole = shown == m_word || width() >= sizeHint().width();
    setText(withArrow(isWhole ? m_word : shown));
    setToolTip(isWhole ? QString() : m_word);
}

} // namespace xray::views
