// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the protobuf encoding of OTLP (schemas/proto/otlp.proto). Inner to this layer; pure, any
// thread.
#pragma once

#include "model/otlp/span_body.h"

namespace xray::otlp {

/// InvalidJson (the code for "not of the shape the call takes") when the body as a whole cannot be
/// read; a span that cannot be read costs only itself.
[[nodiscard]] Result<DecodedTraces> decodeProtobuf(QByteArrayView body, Signal signal,
                                                   const DecodeLimits &limits);

} // namespace xray::otlp
