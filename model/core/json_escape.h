// SPDX-License-Identifier: GPL-3.0-or-later
// The two things one needs to write JSON by hand around payloads that are JSON text already.
// Free functions, any thread.
#pragma once

#include <QByteArray>

namespace xray {

/// Appends `utf8` as a JSON string with its quotes (RFC 8259: quote, backslash and controls
/// escaped).
void appendJsonString(QByteArray &out, QByteArrayView utf8);

/// Appends the shortest text that reads back as `value`, which must be finite.
void appendJsonNumber(QByteArray &out, double value);

} // namespace xray
