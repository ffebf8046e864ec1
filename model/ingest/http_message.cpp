// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/http_message.h"

#include "model/ingest/entity_json.h"
#include "model/ingest/json_writer.h"

namespace xray::ingest {

namespace {

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidJson:
        return 400;
    case ErrorCode::NotFound:
    case ErrorCode::UnknownExecution:
    case ErrorCode::UnknownStep:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::MissingField:
    case ErrorCode::UnknownField:
    case ErrorCode::ReadOnlyField:
    case ErrorCode::InvalidValue:
        return 422;
    case ErrorCode::Busy:
    case ErrorCode::Unavailable:
    case ErrorCode::Cancelled:
        return 503;
    case ErrorCode::Internal:
        return 500;
    }
    return 500;
}

HttpReply replyWith(int status, const QByteArray &refusal, const QString &problem)
{
    HttpReply reply{.status = status, .body = "{\"error\":" + refusal + "}", .problem = problem};
    if (status == 503)
        reply.headers = "Retry-After: 1\r\n";
    return reply;
}

} // namespace

HttpReply errorReply(const Error &error)
{
    return errorReply(statusOf(error.code), error);
}

HttpReply errorReply(int status, const Error &error)
{
    QByteArray refusal;
    appendRefusal(refusal, error);
    return replyWith(status, refusal, error.message);
}

HttpReply errorReply(int status, const char *code, const QString &message)
{
    QByteArray refusal;
    ObjectWriter object(refusal);
    object.utf8("code", code);
    object.text("message", message);
    object.close();
    return replyWith(status, refusal, message);
}

const char *reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return status < 500 ? "Error" : "Internal Server Error";
    }
}

} // namespace xray::ingest
