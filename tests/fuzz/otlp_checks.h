// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold of everything that OTLP is decoded and mapped to, for the harnesses.
#pragma once

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

namespace xray::fuzz {

/// Aborts when a decoded request breaks a promise of decode.h.
void checkDecoded(const Result<otlp::DecodedTraces> &decoded, otlp::Encoding encoding);

/// Maps the spans, all of them as if of one trace, and aborts when the run breaks a promise.
void checkMapped(const std::vector<RawSpan> &spans, const TraceMapper &mapper);

} // namespace xray::fuzz
