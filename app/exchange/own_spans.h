// SPDX-License-Identifier: GPL-3.0-or-later
// The spans that otlp_writer makes of a run that no spans told of, read back as what they were made
// of. They say it in attributes of their own, so that it survives whatever passes OTLP on. Pure;
// any thread.
#pragma once

#include <model/core/event.h>

namespace xray::app {

// Attributes of such spans. The first three hold operations in the words of POST /batch.
inline constexpr char kRunAttribute[] = "xray.run";
inline constexpr char kErrorsAttribute[] = "xray.errors"; ///< of the run's span, a list
inline constexpr char kStepAttribute[] = "xray.step";     ///< without the payloads
inline constexpr char kReasoningAttribute[] = "xray.reasoning";
inline constexpr char kInputAttribute[] = "input.value";
inline constexpr char kOutputAttribute[] = "output.value";

/// What the span was made of, in order; nothing for a span of anyone else.
[[nodiscard]] Result<std::vector<Event>> eventsOfOwnSpan(const RawSpan &span);

} // namespace xray::app
