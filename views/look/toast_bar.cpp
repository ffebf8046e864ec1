// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/toast_bar.h"

#include "views/look/icons.h"
#include "views/look/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace xray::views {

namespace {

constexpr int kMargin = 12;
constexpr int kWidest = 760;

QPushButton *makeButton(QWidget *parent)
{
    auto *button = new QPushButton(parent);
    button->setProperty("look", QStringLiteral("flat"));
    button->setAutoDefault(true);
    return button;
}

} // namespace

ToastBar::ToastBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_action(makeButton(this))
    , m_close(makeButton(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 4, 4);
    layout->setSpacing(8);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    m_text->setTextFormat(Qt::PlainText);
    m_close->setIcon(icon(QLatin1String("close")));
    m_close->setAccessibleName(QStringLiteral("Dismiss"));
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ToastBar::leaveWhenUnwatched);
    connect(m_action, &QPushButton::clicked, this, &ToastBar::act);
    connect(m_close, &QPushButton::clicked, this, &ToastBar::dismiss);
    parent->installEventFilter(this);
    hide();
}

void ToastBar::setTexts(const QString &text, const QString &action)
{
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(text);
    place();
}

void ToastBar::showToast(const QString &text, const QString &action,
                         std::chrono::milliseconds timeout)
{
    dismiss();
    m_showsWork = false;
    setTexts(text, action);
    m_timer.start(timeout);
    show();
    raise();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void ToastBar::showWork(const QString &text, const QString &action)
{
    if (!m_showsWork) {
        dismiss();
        m_showsWork = true;
        show();
        raise();
    }
    if (!isHidden())
        setTexts(text, action);
}

void ToastBar::focusAction()
{
    (m_action->isVisible() ? m_action : m_close)->setFocus(Qt::ShortcutFocusReason);
}

void ToastBar::dismiss()
{
    if (isHidden())
        return;
    m_timer.stop();
    hide();
    Q_EMIT dismissed();
}

void ToastBar::act()
{
    m_timer.stop();
    hide();
    Q_EMIT actionTriggered();
}

void ToastBar::leaveWhenUnwatched()
{
    if (underMouse() || m_action->hasFocus() || m_close->hasFocus())
        m_timer.start();
    else
        dismiss();
}

/// On one line if that fits, else on several.
void ToastBar::place()
{
    const QRect area = parentWidget()->rect();
    const int most = qMin(kWidest, area.width() - 2 * kMargin);
    m_text->setWordWrap(false);
    const QSize oneLine = layout()->totalSizeHint();
    m_text->setWordWrap(oneLine.width() > most);
    resize(oneLine.width() <= most ? oneLine : QSize(most, layout()->totalHeightForWidth(most)));
    move((area.width() - width()) / 2, area.height() - height() - kMargin);
}

bool ToastBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void ToastBar::enterEvent(QEnterEvent *event)
{
    m_timer.stop();
    QWidget::enterEvent(event);
}

void ToastBar::leaveEvent(QEvent *event)
{
    if (!m_showsWork)
        m_timer.start();
    QWidget::leaveEvent(event);
}

void ToastBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

void ToastBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.line);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kControlRadius,
                            kControlRadius);
}

} // namespace xray::views
