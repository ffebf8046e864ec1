// SPDX-License-Identifier: GPL-3.0-or-later
// X-Ray's own icons: line drawings on a 16 px grid (resources/icons), drawn in the theme's colours
// at any size and density. They ask the palette when painted, so a change of theme needs nothing.
// Free functions; GUI thread.
#pragma once

#include <QIcon>

namespace xray::views {

enum class IconTone { Muted, Text, Accent, Error, Warning, Faint };

/// The icon of that file name, without ".svg". A name that is not there paints nothing.
[[nodiscard]] QIcon icon(QLatin1String name, IconTone tone = IconTone::Muted);

/// X-Ray itself, in its own colours.
[[nodiscard]] QIcon appIcon();

} // namespace xray::views
