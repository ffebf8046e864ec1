// SPDX-License-Identifier: GPL-3.0-or-later
// Every bound of the HTTP door, once. Plain values: the composition root fills them from flags and
// hands them to the Listener, tests make them small.
#pragma once

#include <QtGlobal>

#include <chrono>

namespace xray::ingest {

inline constexpr qint64 kKiB = 1024;
inline constexpr qint64 kMiB = 1024 * kKiB;

inline constexpr qint64 kHeaderBytes = 16 * kKiB;
inline constexpr qint64 kBodyBytes = 16 * kMiB;
inline constexpr qint64 kOtlpBodyBytes = 64 * kMiB;
inline constexpr int kJsonDepth = 100;
/// No setting allows more: what walks over accepted JSON may recurse.
inline constexpr int kDeepestJson = 1'000;
inline constexpr int kEventsPerRequest = 10'000;
inline constexpr std::chrono::seconds kHeaderTime{5};
inline constexpr std::chrono::seconds kBodyTime{20};
inline constexpr std::chrono::seconds kBodyTimePerMiB{1};
inline constexpr std::chrono::seconds kIdleTime{60};
inline constexpr std::chrono::seconds kWriteTime{30};
inline constexpr std::chrono::seconds kHeartbeatTime{15};
inline constexpr std::chrono::milliseconds kEventPause{100};
inline constexpr std::chrono::seconds kStopTime{3};
inline constexpr int kConnections = 4'096;
inline constexpr int kEventStreams = 64;
inline constexpr qint64 kBytesInFlight = 128 * kMiB;
inline constexpr qint64 kReplyBytesInFlight = 128 * kMiB;
inline constexpr qint64 kPageBytes = 16 * kMiB;
inline constexpr qint64 kEventRingBytes = 8 * kMiB;
/// Larger bodies, and compressed ones, are decoded on the decode thread: a few thousand tiny lines
/// already take the net thread some milliseconds.
inline constexpr qint64 kInlineDecodeBytes = 16 * kKiB;

struct ListenerLimits
{
    qint64 headerBytes = kHeaderBytes;
    qint64 bodyBytes = kBodyBytes;         ///< on the wire, and again after inflating
    qint64 otlpBodyBytes = kOtlpBodyBytes; ///< the same of OTLP, whose exporters send more
    int jsonDepth = kJsonDepth;            ///< levels, kDeepestJson at most
    int eventsPerRequest = kEventsPerRequest;
    std::chrono::milliseconds headerTime = kHeaderTime; ///< from the first byte of a request
    std::chrono::milliseconds bodyTime = kBodyTime;
    std::chrono::milliseconds bodyTimePerMiB = kBodyTimePerMiB; ///< granted as the bytes arrive
    std::chrono::milliseconds idleTime = kIdleTime;             ///< between requests
    std::chrono::milliseconds writeTime = kWriteTime;           ///< for a client to take a reply
    std::chrono::milliseconds heartbeatTime = kHeartbeatTime;   ///< of a silent event stream
    std::chrono::milliseconds eventPause = kEventPause; ///< between two writes of an event stream
    std::chrono::milliseconds stopTime = kStopTime;     ///< how long stop() lets requests finish
    int connections = kConnections;                     ///< beyond it the oldest idle one goes
    int eventStreams = kEventStreams;
    qint64 bytesInFlight = kBytesInFlight; ///< of all bodies that were read and not yet answered
    qint64 replyBytesInFlight = kReplyBytesInFlight; ///< of all replies that were not yet taken
    qint64 pageBytes = kPageBytes; ///< of payloads and metadata; a page ends early with that much
    qint64 eventRingBytes = kEventRingBytes; ///< that a slow reader of events may be behind
};

} // namespace xray::ingest
