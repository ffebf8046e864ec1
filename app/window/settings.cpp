// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/settings.h"

namespace xray::app {

using views::SchemeChoice;

namespace {

const QString kRecentStores = QStringLiteral("stores/recent");
const QString kGeometry = QStringLiteral("window/geometry");
const QString kColumnWidths = QStringLiteral("window/stepColumns");
const QString kRecentQueries = QStringLiteral("queries/recent");
const QString kNotifyOfMatches = QStringLiteral("queries/notify");
const QString kScheme = QStringLiteral("look/scheme");

QString splitterKey(const QString &name)
{
    return QStringLiteral("window/splitter/") + name;
}

} // namespace

QStringList Settings::recentStores() const
{
    return m_settings.value(kRecentStores).toStringList();
}

void Settings::addRecentStore(const QString &url)
{
    QStringList recent = recentStores();
    recent.removeAll(url);
    recent.prepend(url);
    m_settings.setValue(kRecentStores, QStringList(recent.mid(0, kMaxRecentStores)));
}

QByteArray Settings::windowGeometry() const
{
    return m_settings.value(kGeometry).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray &geometry)
{
    m_settings.setValue(kGeometry, geometry);
}

QByteArray Settings::splitter(const QString &name) const
{
    return m_settings.value(splitterKey(name)).toByteArray();
}

void Settings::setSplitter(const QString &name, const QByteArray &state)
{
    m_settings.setValue(splitterKey(name), state);
}

std::map<QString, int> Settings::columnWidths() const
{
    std::map<QString, int> widths;
    const QStringList lines = m_settings.value(kColumnWidths).toStringList();
    for (const QString &line : lines) {
        const auto equals = line.lastIndexOf(QLatin1Char('='));
        if (const int width = line.mid(equals + 1).toInt(); equals > 0 && width > 0)
            widths[line.left(equals)] = width;
    }
    return widths;
}

/// As "title=pixels": titles are the pipelines' words, and a key could not hold every one of them.
void Settings::setColumnWidths(const std::map<QString, int> &widths)
{
    QStringList lines;
    for (const auto &[title, width] : widths)
        lines += QStringLiteral("%1=%2").arg(title).arg(width);
    m_settings.setValue(kColumnWidths, lines);
}

QStringList Settings::recentQueries() const
{
    return m_settings.value(kRecentQueries).toStringList();
}

void Settings::addRecentQuery(const QString &text)
{
    QStringList recent = recentQueries();
    recent.removeAll(text);
    recent.prepend(text);
    m_settings.setValue(kRecentQueries, QStringList(recent.mid(0, kMaxRecentQueries)));
}

Notify Settings::notifyOfMatches() const
{
    return m_settings.value(kNotifyOfMatches, false).toBool() ? Notify::On : Notify::Off;
}

void Settings::setNotifyOfMatches(Notify notify)
{
    m_settings.setValue(kNotifyOfMatches, notify == Notify::On);
}

SchemeChoice Settings::scheme() const
{
    const QString word = m_settings.value(kScheme).toString();
    if (word == QStringLiteral("light"))
        return SchemeChoice::Light;
    return word == QStringLiteral("dark") ? SchemeChoice::Dark : SchemeChoice::System;
}

void Settings::setScheme(SchemeChoice choice)
{
    switch (choice) {
    case SchemeChoice::System:
        m_settings.setValue(kScheme, QStringLiteral("system"));
        return;
    case SchemeChoice::Light:
        m_settings.setValue(kScheme, QStringLiteral("light"));
        return;
    case SchemeChoice::Dark:
        m_settings.setValue(kScheme, QStringLiteral("dark"));
        return;
    }
}

} // namespace xray::app
