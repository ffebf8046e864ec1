// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/decode.h"

#include "model/otlp/json_decoder.h"
#include "model/otlp/proto_decoder.h"

#include <otlp.pb.h>

namespace xray::otlp {

namespace {

Result<DecodedTraces> decode(QByteArrayView body, Encoding encoding, Signal signal,
                             const DecodeLimits &limits)
{
    return encoding == Encoding::Json ? decodeJson(body, signal, limits)
                                      : decodeProtobuf(body, signal, limits);
}

QByteArray bytesOf(const google::protobuf::MessageLite &message)
{
    return QByteArray::fromStdString(message.SerializeAsString());
}

QByteArray partialSuccess(const DecodedTraces &decoded, Encoding encoding, const char *field)
{
    const QByteArray why = decoded.why.toUtf8();
    if (encoding == Encoding::Protobuf) {
        wire::ExportResponse response;
        response.mutable_partial_success()->set_rejected(decoded.rejected);
        response.mutable_partial_success()->set_error_message(why.toStdString());
        return bytesOf(response);
    }
    ObjectWriter partial;
    partial.text(field, QByteArray::number(decoded.rejected)); // 64 bits are a text in this JSON
    partial.text("errorMessage", why);
    return "{\"partialSuccess\":" + partial.take() + '}';
}

QByteArray response(const DecodedTraces &decoded, Encoding encoding, const char *field)
{
    if (decoded.rejected > 0)
        return partialSuccess(decoded, encoding, field);
    return encoding == Encoding::Json ? QByteArray("{}") : QByteArray();
}

} // namespace

Result<DecodedTraces> decodeTraces(QByteArrayView body, Encoding encoding,
                                   const DecodeLimits &limits)
{
    return decode(body, encoding, Signal::Traces, limits);
}

Result<DecodedTraces> decodeLogs(QByteArrayView body, Encoding encoding, const DecodeLimits &limits)
{
    return decode(body, encoding, Signal::Logs, limits);
}

QByteArray traceResponse(const DecodedTraces &decoded, Encoding encoding)
{
    return response(decoded, encoding, "rejectedSpans");
}

QByteArray logsResponse(const DecodedTraces &decoded, Encoding encoding)
{
    return response(decoded, encoding, "rejectedLogRecords");
}

QByteArray errorResponse(int code, const QString &message, Encoding encoding)
{
    if (encoding == Encoding::Protobuf) {
        wire::RpcStatus status;
        status.set_code(code);
        status.set_message(message.toStdString());
        return bytesOf(status);
    }
    ObjectWriter status;
    status.number("code", code);
    status.text("message", message.toUtf8());
    return status.take();
}

} // namespace xray::otlp
