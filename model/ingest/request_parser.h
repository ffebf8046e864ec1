// SPDX-License-Identifier: GPL-3.0-or-later
// Beast's reading of a request, handed on in terms of this layer: the parser whose body goes into
// an Intake, the head as RequestHead, errors as Denials. Private to session.cpp, because nothing
// else takes as long to compile. On the net thread.
#pragma once

#include "model/ingest/body_intake.h"
#include "model/ingest/http_policy.h"
#include "model/ingest/net_task.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace xray::ingest {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// The Body of Beast that hands what it reads to an Intake.
struct IntakeBody
{
    using value_type = Intake *;

    class reader
    {
    public:
        template<bool isRequest, class Fields>
        reader(http::header<isRequest, Fields> &, value_type &intake)
            : m_intake(intake)
        {
        }
        void init(const boost::optional<std::uint64_t> &, error_code &ec) { ec = {}; }
        template<class Buffers>
        std::size_t put(const Buffers &buffers, error_code &ec)
        {
            std::size_t taken = 0;
            ec = {};
            for (const net::const_buffer buffer : beast::buffers_range_ref(buffers)) {
                ec = take(buffer);
                if (ec)
                    break;
                taken += buffer.size();
            }
            return taken;
        }
        void finish(error_code &ec) { ec = {}; }

    private:
        error_code take(const net::const_buffer &buffer)
        {
            switch (m_intake->take(static_cast<const char *>(buffer.data()), buffer.size())) {
            case Intake::Verdict::Taken:
                return {};
            case Intake::Verdict::TooLarge:
                return http::make_error_code(http::error::body_limit);
            case Intake::Verdict::NoBudget:
                break;
            }
            return net::error::make_error_code(net::error::no_buffer_space);
        }

        value_type &m_intake;
    };
};

using Parser = http::request_parser<IntakeBody>;

inline QByteArray toBytes(boost::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

inline QByteArrayList valuesOf(const Parser::value_type &header, http::field field)
{
    QByteArrayList values;
    const auto [begin, end] = header.equal_range(field);
    for (auto it = begin; it != end; ++it)
        values.append(toBytes(it->value()));
    return values;
}

/// Several fields of one name are one list (RFC 9110, 5.3): none can hide behind another.
inline QByteArray valueOf(const Parser::value_type &header, http::field field)
{
    return valuesOf(header, field).join(", ");
}

inline RequestHead headOf(const Parser &parser)
{
    const auto &header = parser.get();
    RequestHead head{.method = toBytes(header.method_string()), .target = toBytes(header.target())};
    head.isVersion11 = header.version() == 11;
    head.chunked = parser.chunked();
    if (const auto length = parser.content_length())
        head.contentLength = *length;
    head.hosts = valuesOf(header, http::field::host);
    head.origins = valuesOf(header, http::field::origin);
    head.transferEncodings = valuesOf(header, http::field::transfer_encoding);
    head.contentLengths = valuesOf(header, http::field::content_length);
    head.authorization = valueOf(header, http::field::authorization);
    head.contentType = valueOf(header, http::field::content_type);
    head.contentEncoding = valueOf(header, http::field::content_encoding).toLower();
    head.expect = valueOf(header, http::field::expect).toLower();
    head.lastEventId = toBytes(header["Last-Event-ID"]);
    head.plannedMethod = toBytes(header[http::field::access_control_request_method]);
    head.asksForPrivateNetwork = header["Access-Control-Request-Private-Network"] == "true";
    return head;
}

/// What is said about a header that Beast could not read, or nothing when there is nobody to tell.
inline std::optional<Denial> headerDenial(const error_code &ec)
{
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return Denial{431, "header_too_large", QStringLiteral("The header is too large.")};
    if (ec.category() == http::make_error_code(http::error::bad_target).category() &&
        ec != http::error::end_of_stream && ec != http::error::partial_message)
        return Denial{400, "bad_request", QStringLiteral("The request is not valid HTTP/1.1.")};
    return {};
}

inline std::optional<Denial> bodyDenial(const error_code &ec, qint64 maxBytes)
{
    if (ec == http::error::body_limit)
        return bodyTooLarge(maxBytes);
    if (ec == net::error::no_buffer_space)
        return Denial{503, "busy",
                      QStringLiteral("Too many bodies are being received; try again.")};
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return Denial{400, "bad_request", QStringLiteral("The chunks of the body are malformed.")};
    return headerDenial(ec);
}

} // namespace xray::ingest
