// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/desktop_notification.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>

namespace xray::app {

namespace {

constexpr int kDesktopDecides = -1; ///< how long it stays

} // namespace

void notifyDesktop(const QString &title, const QString &text)
{
    static uint shown = 0; // on the GUI thread only
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("/org/freedesktop/Notifications"),
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    call << QStringLiteral("X-Ray") << shown << QStringLiteral("xray") << title << text
         << QStringList() << QVariantMap() << kDesktopDecides;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call));
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, watcher, [watcher] {
        const QDBusPendingReply<uint> reply = *watcher;
        shown = reply.isError() ? 0 : reply.value();
        watcher->deleteLater();
    });
}

} // namespace xray::app
