// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/fitting_scroll_area.h"

#include <QEvent>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kLeastHeight = 120;

} // namespace

FittingScrollArea::FittingScrollArea(QWidget *parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
}

QSize FittingScrollArea::sizeHint() const
{
    const int width = QScrollArea::sizeHint().width();
    return {width, widget() ? widget()->sizeHint().height() : 0};
}

QSize FittingScrollArea::minimumSizeHint() const
{
    return {0, std::min(kLeastHeight, sizeHint().height())};
}

/// QScrollArea watches its widget; a layout that changed tells of another height.
bool FittingScrollArea::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace xray::views
