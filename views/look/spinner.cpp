// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/spinner.h"

#include "views/look/theme.h"

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kSize = 20;
constexpr int kFrameMs = 33;
constexpr int kQuietMs = 250;
constexpr int kTurnMs = 1100;
constexpr int kArcSixteenths = 100 * 16;
constexpr double kPen = 2;

} // namespace

Spinner::Spinner(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(QStringLiteral("Loading"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_frames.setInterval(kFrameMs);
    connect(&m_frames, &QTimer::timeout, this, qOverload<>(&QWidget::update));
}

QSize Spinner::sizeHint() const
{
    return {kSize, kSize};
}

void Spinner::showEvent(QShowEvent *)
{
    m_shown.start();
    m_frames.start();
}

void Spinner::hideEvent(QHideEvent *)
{
    m_frames.stop();
}

void Spinner::paintEvent(QPaintEvent *)
{
    const qint64 elapsed = m_shown.elapsed();
    if (elapsed < kQuietMs)
        return;
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF circle = QRectF(rect()).adjusted(kPen, kPen, -kPen, -kPen);
    painter.setPen(QPen(theme.line, kPen));
    painter.drawEllipse(circle);
    painter.setPen(QPen(theme.accent, kPen, Qt::SolidLine, Qt::RoundCap));
    const auto start = static_cast<int>(elapsed % kTurnMs * 360 * 16 / kTurnMs);
    painter.drawArc(circle, -start, kArcSixteenths);
}

} // namespace xray::views
