// SPDX-License-Identifier: GPL-3.0-or-later
// What an instrumented pipeline sends: requests of model calls as OpenInference describes them,
// about 1.5 KB a span, whole traces each. Plain functions, any thread.
#pragma once

#include <model/otlp/decode.h>

namespace xray::bench {

inline constexpr int kSpansPerRequest = 512; ///< what exporters send at most by default
inline constexpr int kSpansPerTrace = 32;

/// The body of request `number`; no two numbers share a trace.
[[nodiscard]] QByteArray otlpBody(int number, otlp::Encoding encoding);

/// Protobuf: `spans` spans of the one large trace, from the beginning on; the first is its root.
[[nodiscard]] QByteArray largeTraceBody(int number, int spans);
[[nodiscard]] ExecutionId largeTraceRun();

} // namespace xray::bench
