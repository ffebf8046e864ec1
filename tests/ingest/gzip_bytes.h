// SPDX-License-Identifier: GPL-3.0-or-later
// Compressed bodies for tests: of a text, and of very many zeros. Free functions.
#pragma once

#include <QByteArray>

namespace xray::tests {

[[nodiscard]] QByteArray gzipped(const QByteArray &plain);
/// One member that inflates to `inflatedBytes` (rounded up to whole MiB) of the digit zero.
[[nodiscard]] QByteArray gzipBomb(qint64 inflatedBytes);

} // namespace xray::tests
