// SPDX-License-Identifier: GPL-3.0-or-later
// What the app remembers between starts, by name and type. Only app/ reads settings; everything
// below gets values. GUI thread.
#pragma once

#include <views/look/scheme_watcher.h>

#include <QByteArray>
#include <QSettings>
#include <QStringList>

#include <map>

namespace xray::app {

/// Stores kept in the "Open recent" menu.
inline constexpr int kMaxRecentStores = 8;
/// Queries kept for the arrow keys of the query field and the menu "Recent".
inline constexpr int kMaxRecentQueries = 50;

/// Whether the desktop is told of something.
enum class Notify { Off, On };

class Settings
{
public:
    [[nodiscard]] QStringList recentStores() const;
    /// Puts a store URL at the front.
    void addRecentStore(const QString &url);

    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray &geometry);
    /// State of the splitter of that name.
    [[nodiscard]] QByteArray splitter(const QString &name) const;
    void setSplitter(const QString &name, const QByteArray &state);

    /// What a person gave the columns of that table, in pixels by their titles.
    [[nodiscard]] std::map<QString, int> columnWidths(const QString &table) const;
    void setColumnWidths(const QString &table, const std::map<QString, int> &widths);
    /// The columns that a person showed or hid there, by their titles.
    [[nodiscard]] std::map<QString, bool> columnsShown(const QString &table) const;
    void setColumnsShown(const QString &table, const std::map<QString, bool> &shown);

    /// Newest first.
    [[nodiscard]] QStringList recentQueries() const;
    void addRecentQuery(const QString &text);
    /// Whether the desktop is told of new matches of a watched query.
    [[nodiscard]] Notify notifyOfMatches() const;
    void setNotifyOfMatches(Notify notify);

    [[nodiscard]] views::SchemeChoice scheme() const;
    void setScheme(views::SchemeChoice choice);

private:
    QSettings m_settings;
};

} // namespace xray::app
