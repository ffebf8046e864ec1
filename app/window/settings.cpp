// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/settings.h"

namespace xray::app {

using views::SchemeChoice;

namespace {

const QString kRecentStores = QStringLiteral("stores/recent");
const QString kGeometry = QStringLiteral("window/geometry");
const QString kRecentQueries = QStringLiteral("queries/recent");
const QString kNotifyOfMatches = QStringLiteral("queries/notify");
const QString kScheme = QStringLiteral("look/scheme");

QString splitterKey(const QString &name)
{
    return QStringLiteral("window/splitter/") + name;
}

QString widthsKey(const QString &table)
{
    return QStringLiteral("window/%1Columns").arg(table);
}

QString shownKey(const QString &table)
{
    return QStringLiteral("window/%1ColumnsShown").arg(table);
}

/// From "title=number": titles are the pipelines' words, and a key could not hold every one of
/// them.
std::map<QString, int> numbersByTitle(const QStringList &lines)
{
    std::map<QString, int> numbers;
    for (const QString &line : lines) {
        const auto equals = line.lastIndexOf(QLatin1Char('='));
        bool isNumber = false;
        const int number = line.mid(equals + 1).toInt(&isNumber);
        if (equals > 0 && isNumber)
            numbers[line.left(equals)] = number;
    }
    return numbers;
}

template<class Number>
QStringList linesOf(const std::map<QString, Number> &numbers)
{
    QStringList lines;
    for (const auto &[title, number] : numbers)
        lines += QStringLiteral("%1=%2").arg(title, QString::number(number));
    return lines;
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

std::map<QString, int> Settings::columnWidths(const QString &table) const
{
    auto widths = numbersByTitle(m_settings.value(widthsKey(table)).toStringList());
    std::erase_if(widths, [](const auto &width) { return width.second <= 0; });
    return widths;
}

void Settings::setColumnWidths(const QString &table, const std::map<QString, int> &widths)
{
    m_settings.setValue(widthsKey(table), linesOf(widths));
}

std::map<QString, bool> Settings::columnsShown(const QString &table) const
{
    std::map<QString, bool> shown;
    for (const auto &[title, isShown] :
         numbersByTitle(m_settings.value(shownKey(table)).toStringList()))
        shown[title] = isShown != 0;
    return shown;
}

void Settings::setColumnsShown(const QString &table, const std::map<QString, bool> &shown)
{
    m_settings.setValue(shownKey(table), linesOf(shown));
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
