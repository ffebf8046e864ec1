// SPDX-License-Identifier: GPL-3.0-or-later
// Makes JSON as real exporters write it into JSON as the RFC has it, so that one odd text does not
// cost a whole request. Inner to this layer; pure, any thread.
#pragma once

#include <QByteArray>

namespace xray::otlp {

/// The same document with its strings in UTF-8 without lone surrogates, unknown escapes and raw
/// control characters (U+FFFD stands for what cannot be kept), integers beyond 64 bits as doubles,
/// and null for numbers that a double cannot hold and for bare NaN and Infinity. What is no JSON
/// for another reason is no JSON afterwards either.
[[nodiscard]] QByteArray repairedJson(QByteArrayView json);

} // namespace xray::otlp
