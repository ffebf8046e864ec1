// SPDX-License-Identifier: GPL-3.0-or-later
// X-Ray's own file: one JSON object a line, the first a heading, then the runs one after the other
// in the words of POST /batch. What goes out and comes back in is the same run. Pure functions.
#pragma once

#include "app/exchange/run_contents.h"

namespace xray::app {

/// The first line of a bundle, with its line feed.
[[nodiscard]] QByteArray bundleHeading();
[[nodiscard]] bool isBundleHeading(QByteArrayView line);

/// The lines of one run, each with its line feed. A run that came over OTLP is told by its spans.
[[nodiscard]] QByteArray bundleOf(const RunContents &contents);

} // namespace xray::app
