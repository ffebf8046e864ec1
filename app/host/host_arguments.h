// SPDX-License-Identifier: GPL-3.0-or-later
// The flags that `xray` and `xrayctl` share: which store, where to listen, and every limit of the
// listener. Names and meanings as in the interface; the defaults are the named constants.
#pragma once

#include "app/host/host.h"

#include <QCommandLineParser>

namespace xray::app {

/// --db, --otlp-rules
void addStoreOptions(QCommandLineParser &parser);
/// --listen, --no-listen, --token-file, --synchronous, --spool, --incomplete-after and the limits.
void addListenerOptions(QCommandLineParser &parser);

/// --db, else XRAY_DB, else the default store (or `fallback`, if given).
[[nodiscard]] Result<store::StoreOptions>
storeOptionsFrom(const QCommandLineParser &parser,
                 const std::optional<store::StoreUrl> &fallback = {});
/// Everything; a flag with a wrong value is an Error that names it.
[[nodiscard]] Result<HostOptions>
hostOptionsFrom(const QCommandLineParser &parser,
                const std::optional<store::StoreUrl> &fallback = {});

} // namespace xray::app
