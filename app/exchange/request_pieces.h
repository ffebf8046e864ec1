// SPDX-License-Identifier: GPL-3.0-or-later
// A document of spans that is too large to be decoded at once, as several that are not. Each piece
// is a document of the same kind. Pure; any thread.
#pragma once

#include <model/core/result.h>

#include <QByteArray>

#include <functional>
#include <span>

namespace xray::app {

/// The names of the lists within lists, the last of which holds what may be distributed; what
/// stands beside a list, but for the outermost, is repeated in each piece.
using ListPath = std::span<const char *const>;

inline constexpr const char *kTracePath[] = {"resourceSpans", "scopeSpans", "spans"};
inline constexpr const char *kLogPath[] = {"resourceLogs", "scopeLogs", "logRecords"};
inline constexpr const char *kJaegerPath[] = {"data", "spans"};

inline constexpr qsizetype kPieceBytes = 8 * 1024 * 1024;

/// Hands out the document itself if it is small, else pieces of about `pieceBytes`, until `take`
/// fails. InvalidJson for a large document that is cut off, of which nothing is handed out.
[[nodiscard]] Result<> forEachPiece(const QByteArray &document, ListPath path,
                                    const std::function<Result<>(const QByteArray &)> &take,
                                    qsizetype pieceBytes = kPieceBytes);

} // namespace xray::app
