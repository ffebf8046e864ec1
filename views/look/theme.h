// SPDX-License-Identifier: GPL-3.0-or-later
// The one place where colours and measures of the look live; theme.cpp is its table. Painters ask
// themeFor(palette()), so a switch between light and dark needs no signal of its own: Qt sends
// PaletteChange. GUI thread.
#pragma once

#include <model/core/execution.h>

#include <QColor>
#include <QFont>
#include <QPalette>

namespace xray::views {

struct Theme
{
    bool dark = false;
    QColor window, panel, raised, line;
    QColor text, muted, faint;
    QColor accent, selection;
    QColor llm, api, filter, ranking, analysis, other;
    QColor error, ok, warning;

    [[nodiscard]] QColor stepType(StepType type) const;
    [[nodiscard]] QColor runStatus(RunStatus status) const;
    [[nodiscard]] QColor stepStatus(StepStatus status) const;
    /// Text that stays readable (4.5:1) on a filled `background`: near-black or near-white.
    [[nodiscard]] QColor textOn(const QColor &background) const;
};

enum class Scheme { Light, Dark };

[[nodiscard]] const Theme &themeOf(Scheme scheme);
/// The theme whose surfaces the palette shows, told by its lightness.
[[nodiscard]] const Theme &themeFor(const QPalette &palette);
/// The palette that makes Qt's own widgets fit the theme.
[[nodiscard]] QPalette paletteOf(const Theme &theme);

/// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
[[nodiscard]] double contrastRatio(const QColor &a, const QColor &b);

// Measures in device-independent pixels, on a 4 px grid.
inline constexpr int kTopBarHeight = 40;
inline constexpr int kPanelHeaderHeight = 34;
inline constexpr int kStatusBarHeight = 26;
inline constexpr int kTableRowHeight = 27;
inline constexpr int kRunRowHeight = 44;
inline constexpr int kGrid = 4;
inline constexpr int kControlRadius = 6;

/// The system's UI font with tabular figures where the font has them.
[[nodiscard]] QFont uiFont();
/// The UI font for numbers in columns.
[[nodiscard]] QFont numberFont();
/// The system's fixed font at the UI font's size, for ids, code and payloads.
[[nodiscard]] QFont codeFont();
/// 17 px semibold, for the one title of a page.
[[nodiscard]] QFont titleFont();
/// One step smaller than the UI font, for second lines and captions.
[[nodiscard]] QFont smallFont();

} // namespace xray::views
