// SPDX-License-Identifier: GPL-3.0-or-later
// The small marks that go before words: a state's dot, a step type's square, a chip's surface.
// Painters without state, for delegates and widgets; GUI thread.
#pragma once

#include "views/look/theme.h"

class QPainter;

namespace xray::views {

inline constexpr int kDotDiameter = 8;
inline constexpr int kTypeSquareSize = 9;
inline constexpr int kChipHeight = 20;
inline constexpr int kChipPadding = 7;

void paintStatusDot(QPainter &painter, const QPointF &center, const QColor &color);
void paintTypeSquare(QPainter &painter, const QPointF &center, const QColor &color);

/// Width a chip with that text takes.
[[nodiscard]] int chipWidth(const QString &text, const QFont &font);
/// A quiet rounded surface with one line of text, elided to fit; `selected` tells what it lies on.
enum class ChipSurface { Panel, Selection };
void paintChip(QPainter &painter, const QRect &rect, const QString &text, const QFont &font,
               const Theme &theme, ChipSurface surface = ChipSurface::Panel);

/// The 1 px ring, in the accent colour, around what has the keyboard.
void paintFocusRing(QPainter &painter, const QRect &rect, const Theme &theme);

} // namespace xray::views
