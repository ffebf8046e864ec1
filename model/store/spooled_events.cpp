// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/spooled_events.h"

#include "model/store/event_json.h"

namespace xray::store {

bool isTrouble(ErrorCode code) noexcept
{
    return code == ErrorCode::Busy || code == ErrorCode::Unavailable;
}

std::optional<Error> troubleIn(std::span<const SubmissionResult> results)
{
    for (const SubmissionResult &result : results) {
        if (!result.status && isTrouble(result.status.error().code))
            return result.status.error();
        for (const EventOutcome &outcome : result.outcomes) {
            if (!outcome && isTrouble(outcome.error().code))
                return outcome.error();
        }
    }
    return std::nullopt;
}

SpoolRecord toRecord(Submission &submission, TimeNs now)
{
    SpoolRecord record{submission.receivedAt.value_or(now), submission.atomicity, {}};
    for (Event &event : submission.events) {
        ensureId(event);
        record.lines += eventToJson(event) + '\n';
    }
    return record;
}

SubmissionResult spooledResult(Submission &submission)
{
    SubmissionResult result;
    result.storedIn = StoredIn::Spool;
    for (Event &event : submission.events)
        result.outcomes.emplace_back(ensureId(event));
    return result;
}

Respooled fromRecords(std::span<const SpoolRecord> records, const InboxDecoder &decode)
{
    Respooled respooled;
    for (const SpoolRecord &record : records) {
        Submission submission;
        submission.atomicity = record.atomicity;
        submission.receivedAt = record.receivedAt;
        std::vector<QByteArray> lines;
        for (QByteArray &line : record.lines.split('\n')) {
            if (line.isEmpty())
                continue;
            auto event = decode(line);
            if (!event) {
                respooled.refused.push_back({record.receivedAt, std::move(line), event.error()});
                continue;
            }
            submission.events.push_back(*std::move(event));
            lines.push_back(std::move(line));
        }
        respooled.submissions.push_back(std::move(submission));
        respooled.lines.push_back(std::move(lines));
    }
    return respooled;
}

std::vector<RefusedEvent> refusedOf(const Respooled &respooled,
                                    std::span<const SubmissionResult> results)
{
    std::vector<RefusedEvent> refused = respooled.refused;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const SubmissionResult &result = results[i];
        const TimeNs receivedAt = *respooled.submissions[i].receivedAt;
        for (std::size_t j = 0; j < respooled.lines[i].size(); ++j) {
            if (!result.status)
                refused.push_back({receivedAt, respooled.lines[i][j], result.status.error()});
            else if (!result.outcomes[j])
                refused.push_back({receivedAt, respooled.lines[i][j], result.outcomes[j].error()});
        }
    }
    return refused;
}

} // namespace xray::store
