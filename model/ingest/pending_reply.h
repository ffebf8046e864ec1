// SPDX-License-Identifier: GPL-3.0-or-later
// A request that waits for its reply while store or source work on it. Shared by whoever may answer
// it; answered once, on any thread.
#pragma once

#include "model/ingest/http_message.h"
#include "model/ingest/ledger.h"

#include <atomic>
#include <memory>

namespace xray::ingest {

/// A request that waits for its reply. Gone without one, which happens when a store closes with
/// questions open, it answers 503 itself, so no client waits for ever.
class PendingReply
{
public:
    PendingReply(HttpRequest sent, ReplyHandler handler, std::shared_ptr<Ledger> ledger)
        : request(std::move(sent))
        , m_handler(std::move(handler))
        , m_ledger(std::move(ledger))
    {
    }
    PendingReply(const PendingReply &) = delete;
    PendingReply &operator=(const PendingReply &) = delete;
    ~PendingReply()
    {
        if (!m_answered)
            refuse({ErrorCode::Unavailable, QStringLiteral("The store is closing; try again.")});
    }

    /// A reply from now on says that its events wait in the spool.
    void noteSpooled() { m_isSpooled = true; }
    [[nodiscard]] bool isSpooled() const { return m_isSpooled; }

    void reply(int status, QByteArray body = {})
    {
        if (m_isSpooled && body.endsWith('}'))
            body.replace(body.size() - 1, 1, R"(,"stored":"spool"})");
        send({.status = status, .body = std::move(body)});
    }
    /// A reply whose form is not ours to add to.
    void replyAs(HttpReply reply) { send(std::move(reply)); }
    void refuse(const Error &error) { refuseAs(errorReply(error), error); }
    /// A parameter in the address is the request line's fault: 400 instead of 422.
    void refuseParameter(const Error &error) { refuseAs(errorReply(400, error), error); }

    void note(const Error &error, int status)
    {
        m_ledger->refuse(refusalOf(request, status, error));
    }
    void countAccepted(qint64 events) { m_ledger->countAccepted(events); }

    HttpRequest request;

private:
    void refuseAs(HttpReply reply, const Error &error)
    {
        note(error, reply.status);
        send(std::move(reply));
    }
    void send(HttpReply reply)
    {
        if (!m_answered.exchange(true))
            m_handler(std::move(reply));
    }

    ReplyHandler m_handler;
    std::shared_ptr<Ledger> m_ledger;
    std::atomic<bool> m_answered = false;
    bool m_isSpooled = false;
};

} // namespace xray::ingest
