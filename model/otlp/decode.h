// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of OTLP/HTTP requests, JSON and protobuf, to spans in their normal form (RawSpan), and the
// answers in the sender's encoding. One bad id, text or span costs that span only, and the answer
// says how many and why. Pure functions: called on the decode thread, usable from any.
//
// The normal form is one for both encodings: fields that are empty or zero are left out, ids are
// lower-case hex, a double that is a whole number ends in ".0", one that JSON cannot write is the
// text "NaN", "Infinity" or "-Infinity", bytes are base64, of a repeated key the last value counts,
// and what was no Unicode in a text is U+FFFD.
#pragma once

#include <model/core/result.h>
#include <model/core/spans.h>

#include <QByteArray>

namespace xray::otlp {

enum class Encoding { Json, Protobuf };

inline constexpr qint64 kMaxSpansPerRequest = 10'000;
inline constexpr qint64 kMaxAttributes = 10'000; ///< of a span, an event, a link, a resource
inline constexpr int kMaxValueDepth = 32;        ///< arrays and lists in an attribute's value
inline constexpr qint64 kMaxDecodedBytes = 128LL * 1024 * 1024; ///< of a request's spans together

struct DecodeLimits
{
    qint64 maxSpans = kMaxSpansPerRequest; ///< what is beyond is rejected, and said so
    qint64 maxAttributes = kMaxAttributes; ///< what is beyond counts as dropped
    int maxValueDepth = kMaxValueDepth;    ///< a span with deeper values is rejected
    /// Each span holds its resource and scope, which the request holds once: a few MiB could become
    /// as many GiB. A span that would exceed this is rejected.
    qint64 maxBytes = kMaxDecodedBytes;
};

struct DecodedTraces
{
    std::vector<RawSpan> spans; ///< in the order of the request
    qint64 rejected = 0;        ///< spans or log records that could not be kept
    qint64 ignored = 0;         ///< log records that belong to no span or are not about models
    QString why;                ///< of the first that was rejected; empty when none was
};

/// The spans of an ExportTraceServiceRequest. InvalidJson when the body as a whole cannot be read.
[[nodiscard]] Result<DecodedTraces> decodeTraces(QByteArrayView body, Encoding encoding,
                                                 const DecodeLimits &limits = {});

/// The log records of an ExportLogsServiceRequest that are events "gen_ai.*" of a span.
[[nodiscard]] Result<DecodedTraces> decodeLogs(QByteArrayView body, Encoding encoding,
                                               const DecodeLimits &limits = {});

/// The body of a 200: ExportTraceServiceResponse, with partial_success when spans were rejected.
[[nodiscard]] QByteArray traceResponse(const DecodedTraces &decoded, Encoding encoding);
/// The same for /v1/logs. What was ignored was accepted.
[[nodiscard]] QByteArray logsResponse(const DecodedTraces &decoded, Encoding encoding);
/// The body of a 4xx or 5xx: google.rpc.Status. `code` is a gRPC code (3 invalid argument,
/// 8 resource exhausted, 14 unavailable, …), not the HTTP status.
[[nodiscard]] QByteArray errorResponse(int code, const QString &message, Encoding encoding);

} // namespace xray::otlp
