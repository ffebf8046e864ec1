// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/style.h"

#include "views/look/icons.h"

#include <QApplication>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QStyleFactory>

static void initLookResources()
{
    Q_INIT_RESOURCE(xray_look);
}

namespace xray::views {

namespace {

/// `share` of b over a, 0 to 1.
QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto channel = [share](int from, int to) { return qRound(from + (to - from) * share); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

QHash<QString, QColor> tokensOf(const Theme &theme)
{
    return {
        {QStringLiteral("window"), theme.window},
        {QStringLiteral("panel"), theme.panel},
        {QStringLiteral("raised"), theme.raised},
        {QStringLiteral("line"), theme.line},
        {QStringLiteral("text"), theme.text},
        {QStringLiteral("muted"), theme.muted},
        {QStringLiteral("faint"), theme.faint},
        {QStringLiteral("accent"), theme.accent},
        {QStringLiteral("selection"), theme.selection},
        {QStringLiteral("error"), theme.error},
        {QStringLiteral("link"), theme.accent},
        {QStringLiteral("field"), theme.dark ? theme.window : theme.panel},
        {QStringLiteral("hover"), mixed(theme.raised, theme.line, 0.55)},
        {QStringLiteral("scroll"), mixed(theme.line, theme.faint, 0.35)},
        {QStringLiteral("onAccent"), theme.textOn(theme.accent)},
        {QStringLiteral("accentHover"), mixed(theme.accent, theme.text, 0.12)},
    };
}

QString readStyle()
{
    loadLookResources();
    QFile file(QStringLiteral(":/xray/style/xray.qss"));
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return opened ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

void loadLookResources()
{
    initLookResources();
}

QString styleSheetOf(const Theme &theme)
{
    static const QRegularExpression token(QStringLiteral("@([A-Za-z]+)"));
    const auto tokens = tokensOf(theme);
    const QString source = readStyle().replace(QStringLiteral("@scheme"),
                                               QLatin1String(theme.dark ? "dark" : "light"));
    QString sheet;
    qsizetype copied = 0;
    for (auto it = token.globalMatch(source); it.hasNext();) {
        const auto match = it.next();
        const auto color = tokens.constFind(match.captured(1));
        if (color == tokens.constEnd()) // the comment speaks of @name
            continue;
        sheet += QStringView(source).mid(copied, match.capturedStart() - copied);
        sheet += color->name();
        copied = match.capturedEnd();
    }
    return sheet.append(QStringView(source).mid(copied));
}

void applyLook(QApplication &app, Scheme scheme)
{
    const Theme &theme = themeOf(scheme);
    app.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    app.setPalette(paletteOf(theme));
    app.setStyleSheet(styleSheetOf(theme));
    app.setWindowIcon(appIcon());
}

} // namespace xray::views
