// SPDX-License-Identifier: GPL-3.0-or-later
// The application's style: Fusion with the theme's palette and one style sheet
// (resources/style/xray.qss). Free functions; GUI thread.
#pragma once

#include "views/look/theme.h"

class QApplication;

namespace xray::views {

/// Dresses the whole application; call again to switch.
void applyLook(QApplication &app, Scheme scheme);

/// The style sheet with every @name replaced by the theme's colour.
[[nodiscard]] QString styleSheetOf(const Theme &theme);

/// Makes icons and style readable when they come from a static library. Safe to call often.
void loadLookResources();

} // namespace xray::views
