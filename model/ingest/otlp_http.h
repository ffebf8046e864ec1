// SPDX-License-Identifier: GPL-3.0-or-later
// What OTLP/HTTP asks of a reply besides its contents: the sender's encoding, and google.rpc.Status
// for everything that is no success. Pure functions, any thread.
#pragma once

#include "model/ingest/http_message.h"
#include "model/ingest/routes.h"

#include <model/otlp/decode.h>

#include <optional>

namespace xray::ingest {

/// The encoding that a Content-Type names, if it is one of OTLP.
[[nodiscard]] std::optional<otlp::Encoding> otlpEncodingOf(const QByteArray &contentType);

/// The Content-Type of an encoding.
[[nodiscard]] QByteArray contentTypeOf(otlp::Encoding encoding);

/// An error of the API as an OTLP exporter reads it; any other reply as it is.
[[nodiscard]] HttpReply inTermsOfOtlp(HttpReply reply, otlp::Encoding encoding);

} // namespace xray::ingest
