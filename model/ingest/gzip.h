// SPDX-License-Identifier: GPL-3.0-or-later
// Inflates a gzip request body within a bound. Pure function; run on the decode thread.
#pragma once

#include <model/core/result.h>

#include <QByteArray>

namespace xray::ingest {

/// The inflated bytes of one or more complete gzip members (RFC 1952). TooLarge as soon as they are
/// more than `maxBytes`; InvalidJson when the stream is damaged, cut short or followed by more.
[[nodiscard]] Result<QByteArray> gunzip(QByteArrayView compressed, qint64 maxBytes);

} // namespace xray::ingest
