// SPDX-License-Identifier: GPL-3.0-or-later
// Between submissions and the records of the spool: how a submission is written down, and how
// records become submissions again, each line beside its event, so that what the store refuses
// then can be kept. Free functions of the writer, used on its thread.
#pragma once

#include "model/store/spool.h"
#include "model/store/store_writer.h"

#include <span>
#include <vector>

namespace xray::store {

/// True when it is the store that cannot take anything now; another try may succeed.
[[nodiscard]] bool isTrouble(ErrorCode code) noexcept;
/// The first such error among the results.
[[nodiscard]] std::optional<Error> troubleIn(std::span<const SubmissionResult> results);

/// Events that came without an id get one, so that a second try finds the first one's traces.
[[nodiscard]] SpoolRecord toRecord(Submission &submission, TimeNs now);
/// What a sender is told about events that wait in the spool.
[[nodiscard]] SubmissionResult spooledResult(Submission &submission);

/// Submissions read back from the spool.
struct Respooled
{
    std::vector<Submission> submissions;
    std::vector<std::vector<QByteArray>> lines; ///< of each submission, one for each event
    std::vector<RefusedEvent> refused;          ///< lines that are no events
};
[[nodiscard]] Respooled fromRecords(std::span<const SpoolRecord> records,
                                    const InboxDecoder &decode);

/// Everything in it that cannot become part of the store, with the reasons.
[[nodiscard]] std::vector<RefusedEvent> refusedOf(const Respooled &respooled,
                                                  std::span<const SubmissionResult> results);

} // namespace xray::store
