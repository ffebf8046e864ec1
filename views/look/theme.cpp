// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr double kReadableContrast = 4.5; // WCAG 2 AA for body text
constexpr int kTitlePixels = 17;
constexpr double kSmallFontScale = 0.9;

Theme makeDark()
{
    Theme t;
    t.dark = true;
    t.window = QColor(0x14161b);
    t.panel = QColor(0x1b1e25);
    t.raised = QColor(0x232731);
    t.line = QColor(0x2d323d);
    t.text = QColor(0xe3e6eb);
    t.muted = QColor(0x98a1b0);
    t.faint = QColor(0x6a7280);
    t.accent = QColor(0x5b8def);
    t.selection = QColor(0x233353);
    t.llm = QColor(0xc98bb6);
    t.api = QColor(0x4c9ad4);
    t.filter = QColor(0xe0a53c);
    t.ranking = QColor(0x3fb58b);
    t.analysis = QColor(0x7cc4ec);
    t.other = QColor(0x8b929e);
    t.error = QColor(0xef6b4a);
    t.ok = QColor(0x5bbf8f);
    t.warning = QColor(0xe0a53c);
    return t;
}

Theme makeLight()
{
    Theme t;
    t.dark = false;
    t.window = QColor(0xf4f5f7);
    t.panel = QColor(0xffffff);
    t.raised = QColor(0xf7f8fa);
    t.line = QColor(0xdde1e7);
    t.text = QColor(0x1a1e26);
    t.muted = QColor(0x5f6b7c);
    t.faint = QColor(0x98a1af);
    t.accent = QColor(0x2f62d0);
    t.selection = QColor(0xe3ebfb);
    t.llm = QColor(0xa8558f);
    t.api = QColor(0x1f6fae);
    t.filter = QColor(0xb97706);
    t.ranking = QColor(0x15805b);
    t.analysis = QColor(0x2b8cc4);
    t.other = QColor(0x6d7480);
    t.error = QColor(0xc2410c);
    t.ok = QColor(0x15805b);
    t.warning = QColor(0xb97706);
    return t;
}

/// Relative luminance as WCAG 2 defines it.
double luminance(const QColor &color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

QFont scaled(QFont font, double factor)
{
    if (font.pixelSize() > 0)
        font.setPixelSize(qRound(font.pixelSize() * factor));
    else
        font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}

} // namespace

QColor Theme::stepType(StepType type) const
{
    switch (type) {
    case StepType::Llm:
        return llm;
    case StepType::Api:
        return api;
    case StepType::Filter:
        return filter;
    case StepType::Ranking:
        return ranking;
    case StepType::Analysis:
        return analysis;
    case StepType::Other:
        return other;
    }
    return other;
}

QColor Theme::runStatus(RunStatus status) const
{
    switch (status) {
    case RunStatus::Running:
        return accent;
    case RunStatus::Completed:
        return ok;
    case RunStatus::Failed:
        return error;
    case RunStatus::Incomplete:
        return faint;
    }
    return faint;
}

QColor Theme::stepStatus(StepStatus status) const
{
    switch (status) {
    case StepStatus::Running:
        return accent;
    case StepStatus::Completed:
        return ok;
    case StepStatus::Failed:
        return error;
    }
    return faint;
}

QColor Theme::textOn(const QColor &background) const
{
    static const QColor ink(0x14161b);
    static const QColor paper(0xffffff);
    if (contrastRatio(paper, background) >= kReadableContrast)
        return paper;
    return contrastRatio(ink, background) >= contrastRatio(paper, background) ? ink : paper;
}

const Theme &themeOf(Scheme scheme)
{
    static const Theme dark = makeDark();
    static const Theme light = makeLight();
    return scheme == Scheme::Dark ? dark : light;
}

const Theme &themeFor(const QPalette &palette)
{
    return themeOf(palette.color(QPalette::Window).lightness() < 128 ? Scheme::Dark
                                                                     : Scheme::Light);
}

QPalette paletteOf(const Theme &theme)
{
    QPalette palette(theme.text, theme.raised, theme.line.lighter(110), theme.line.darker(120),
                     theme.line, theme.text, theme.panel);
    palette.setColor(QPalette::Window, theme.panel);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.panel);
    palette.setColor(QPalette::AlternateBase, theme.raised);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.muted);
    palette.setColor(QPalette::Button, theme.raised);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::BrightText, theme.error);
    palette.setColor(QPalette::ToolTipBase, theme.raised);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::Highlight, theme.selection);
    palette.setColor(QPalette::HighlightedText, theme.text);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::LinkVisited, theme.accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.faint);
    return palette;
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

QFont uiFont()
{
    return QGuiApplication::font();
}

QFont numberFont()
{
    // Qt 6.4 cannot ask a font for its tabular figures (QFont::setFeature is 6.6); right alignment
    // and fonts whose figures are tabular by default (DejaVu, Noto, Cantarell) do without.
    return uiFont();
}

QFont codeFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QFont ui = uiFont();
    if (ui.pixelSize() > 0)
        font.setPixelSize(ui.pixelSize());
    else
        font.setPointSizeF(ui.pointSizeF());
    return scaled(font, 0.95);
}

QFont titleFont()
{
    QFont font = uiFont();
    font.setPixelSize(kTitlePixels);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont smallFont()
{
    return scaled(uiFont(), kSmallFontScale);
}

} // namespace xray::views
