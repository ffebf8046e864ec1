// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the desktop something (org.freedesktop.Notifications on the session bus); where there is no
// such service nothing happens. Each notification takes the place of the one before. Free function,
// GUI thread; waits for nothing.
#pragma once

#include <QString>

namespace xray::app {

void notifyDesktop(const QString &title, const QString &text);

} // namespace xray::app
