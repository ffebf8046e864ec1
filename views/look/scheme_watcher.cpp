// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/scheme_watcher.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>

namespace xray::views {

namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kKey = QStringLiteral("color-scheme");

} // namespace

SchemeWatcher::SchemeWatcher(Scheme platform, QObject *parent)
    : QObject(parent)
    , m_platform(platform)
{
    askPortal();
}

void SchemeWatcher::askPortal()
{
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(takeSetting(QString, QString, QDBusVariant)));
    auto call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    call << kGroup << kKey;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (!reply.isError())
            takeSetting(kGroup, kKey, reply.value());
        watcher->deleteLater();
    });
}

void SchemeWatcher::takeSetting(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == kGroup && key == kKey)
        update(m_choice, schemeOfPortalValue(value.variant()));
}

std::optional<Scheme> SchemeWatcher::schemeOfPortalValue(const QVariant &value)
{
    if (value.metaType() == QMetaType::fromType<QDBusVariant>())
        return schemeOfPortalValue(value.value<QDBusVariant>().variant());
    switch (value.toUInt()) {
    case 1:
        return Scheme::Dark;
    case 2:
        return Scheme::Light;
    default:
        return std::nullopt;
    }
}

Scheme SchemeWatcher::platformScheme()
{
    return themeFor(QGuiApplication::palette()).dark ? Scheme::Dark : Scheme::Light;
}

Scheme SchemeWatcher::scheme() const
{
    switch (m_choice) {
    case SchemeChoice::System:
        return m_system.value_or(m_platform);
    case SchemeChoice::Light:
        return Scheme::Light;
    case SchemeChoice::Dark:
        return Scheme::Dark;
    }
    return m_platform;
}

void SchemeWatcher::choose(SchemeChoice choice)
{
    update(choice, m_system);
}

void SchemeWatcher::update(SchemeChoice choice, std::optional<Scheme> system)
{
    const Scheme before = scheme();
    m_choice = choice;
    m_system = system;
    if (scheme() != before)
        Q_EMIT schemeChanged(scheme());
}

} // namespace xray::views
