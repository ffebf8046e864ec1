// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the JSON encoding of OTLP. Inner to this layer; pure, any thread.
#pragma once

#include "model/otlp/span_body.h"

namespace xray::otlp {

/// InvalidJson when the body is no JSON object; everything else costs single spans.
[[nodiscard]] Result<DecodedTraces> decodeJson(QByteArrayView body, Signal signal,
                                               const DecodeLimits &limits);

} // namespace xray::otlp
