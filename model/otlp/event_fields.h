// SPDX-License-Identifier: GPL-3.0-or-later
// Values as the fields of events have them. Inner to this layer; pure functions.
#pragma once

#include <model/core/event.h>

namespace xray::otlp {

/// Null when there is none, so that what was stored before goes.
[[nodiscard]] Field<JsonText> payloadField(const JsonText &payload);
[[nodiscard]] Field<QByteArray> textField(const QByteArray &text);

[[nodiscard]] JsonText stringText(const QByteArray &text);
[[nodiscard]] JsonText numberText(double number);
/// An array of strings.
[[nodiscard]] JsonText listText(const std::vector<QByteArray> &texts);

} // namespace xray::otlp
