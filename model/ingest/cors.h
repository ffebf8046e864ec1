// SPDX-License-Identifier: GPL-3.0-or-later
// What a browser must be told before a web page may use the listener (Fetch standard, CORS). Only
// origins of the policy's list are ever told anything; by default there are none. Pure functions,
// any thread.
#pragma once

#include "model/ingest/http_message.h"
#include "model/ingest/http_policy.h"

namespace xray::ingest {

/// The lines that let a page of this origin read the reply; none for an origin that is not allowed.
[[nodiscard]] QByteArray corsHeaders(const RequestHead &head, const AccessPolicy &policy);

/// 204 to a preflight of an allowed origin, for an address that takes `methods`. The lines of
/// corsHeaders() go with it.
[[nodiscard]] HttpReply preflightReply(const RequestHead &head, const QByteArrayList &methods);

} // namespace xray::ingest
