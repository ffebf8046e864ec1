// SPDX-License-Identifier: GPL-3.0-or-later
// The one line that says what a run was about, and the one that says what came out of it, found in
// the payloads by the names people give such things. Inner to this layer; pure, any thread.
#pragma once

#include <model/core/event.h>

namespace xray::admission {

/// Code points of a headline at most, an ellipsis included.
inline constexpr int kMaxHeadlineLength = 120;

// UTF-8 on one line: white space collapsed, control characters gone. Empty when nothing is found.
/// What the run says of itself in its metadata, else in its trigger when that is an object.
[[nodiscard]] QByteArray titleOfRun(const JsonText &metadata, const JsonText &trigger);
/// What a step's input is about: the most telling key, else its first text.
[[nodiscard]] QByteArray titleOfInput(const JsonText &input);
/// What a step's output came to.
[[nodiscard]] QByteArray outcomeOfOutput(const JsonText &output);
/// The first line of an error's message.
[[nodiscard]] QByteArray headlineOfMessage(const QByteArray &message);

} // namespace xray::admission
