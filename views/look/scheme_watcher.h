// SPDX-License-Identifier: GPL-3.0-or-later
// Knows whether the application should be light or dark: what the user chose, else what the desktop
// says (the freedesktop portal's color-scheme), else how light the platform's palette was at start.
// Create it before applyLook(), which replaces that palette. Owned by the app; GUI thread.
#pragma once

#include "views/look/theme.h"

#include <QObject>

#include <optional>

class QDBusVariant;

namespace xray::views {

enum class SchemeChoice { System, Light, Dark };

class SchemeWatcher final : public QObject
{
    Q_OBJECT

public:
    /// `platform` is what holds where there is no portal, or one without a preference.
    explicit SchemeWatcher(Scheme platform = platformScheme(), QObject *parent = nullptr);

    [[nodiscard]] Scheme scheme() const;
    [[nodiscard]] SchemeChoice choice() const { return m_choice; }
    void choose(SchemeChoice choice);

    /// The scheme of the application's present palette.
    [[nodiscard]] static Scheme platformScheme();
    /// What a value of org.freedesktop.appearance color-scheme means: 1 dark, 2 light, else
    /// nothing. It may be wrapped in variants.
    [[nodiscard]] static std::optional<Scheme> schemeOfPortalValue(const QVariant &value);

Q_SIGNALS:
    void schemeChanged(xray::views::Scheme scheme);

private Q_SLOTS:
    void takeSetting(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void askPortal();
    void update(SchemeChoice choice, std::optional<Scheme> system);

    Scheme m_platform;
    std::optional<Scheme> m_system; ///< the desktop's preference, when it has one
    SchemeChoice m_choice = SchemeChoice::System;
};

} // namespace xray::views
