// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/otlp_http.h"

namespace xray::ingest {

namespace {

/// Of google.rpc.Code, by the HTTP mapping that is documented there.
int grpcCodeOf(int httpStatus)
{
    switch (httpStatus) {
    case 401:
        return 16; // unauthenticated
    case 403:
        return 7; // permission denied
    case 404:
        return 5; // not found
    case 405:
        return 12; // unimplemented
    case 413:
        return 8; // resource exhausted
    case 503:
        return 14; // unavailable
    default:
        return httpStatus >= 500 ? 13 : 3; // internal, invalid argument
    }
}

} // namespace

std::optional<otlp::Encoding> otlpEncodingOf(const QByteArray &contentType)
{
    const QByteArray type = textBefore(contentType, ';').trimmed().toLower();
    if (type == "application/json")
        return otlp::Encoding::Json;
    if (type == "application/x-protobuf")
        return otlp::Encoding::Protobuf;
    return std::nullopt;
}

QByteArray contentTypeOf(otlp::Encoding encoding)
{
    return encoding == otlp::Encoding::Json ? "application/json" : "application/x-protobuf";
}

HttpReply inTermsOfOtlp(HttpReply reply, otlp::Encoding encoding)
{
    if (reply.status < 400)
        return reply;
    reply.body = otlp::errorResponse(grpcCodeOf(reply.status), reply.problem, encoding);
    reply.contentType = contentTypeOf(encoding);
    return reply;
}

} // namespace xray::ingest
