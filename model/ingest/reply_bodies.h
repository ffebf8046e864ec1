// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON bodies of the HTTP API's replies, as schemas/openapi.yaml has them. Pure functions, any
// thread.
#pragma once

#include <model/core/event.h>
#include <model/core/ports.h>
#include <model/query/source.h>

#include <QByteArray>

namespace xray::ingest {

/// {"id":…}
[[nodiscard]] QByteArray idBody(const Uuid &id);
/// {"ids":[…]} of outcomes that are all good.
[[nodiscard]] QByteArray idsBody(const std::vector<EventOutcome> &outcomes);

// A page is {"items":[…],"next_cursor":…}; the cursor is null on the last one.
[[nodiscard]] QByteArray bodyOf(const RunPage &page);
[[nodiscard]] QByteArray bodyOf(const StepPage &page, bool withPayloads);
[[nodiscard]] QByteArray bodyOf(const query::RunAnswer &answer);
[[nodiscard]] QByteArray bodyOf(const query::StepAnswer &answer, bool withPayloads);
[[nodiscard]] QByteArray bodyOf(const ErrorPage &page);

[[nodiscard]] QByteArray bodyOf(const Execution &run);
/// {"accepted":…,"rejected":[…]}
[[nodiscard]] QByteArray batchBody(qint64 accepted, const std::vector<Error> &rejected);

} // namespace xray::ingest
