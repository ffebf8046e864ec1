// SPDX-License-Identifier: GPL-3.0-or-later
// A listener on a free port over a store in memory, and how to talk to it. A value on the stack of
// a test.
#pragma once

#include "tests/ingest/raw_client.h"

#include <model/ingest/listener.h>

#include <tests/support/fake_store.h>

namespace xray::tests {

struct House
{
    explicit House(ingest::ListenerOptions options = {})
        : listener(store, store, withFreePort(std::move(options)))
    {
        store.onCommit([this](const ChangeBatchPtr &batch) { listener.publish(batch); });
        const auto started = listener.start();
        Q_ASSERT(started.ok());
        Q_UNUSED(started);
    }
    ~House() { store.onCommit({}); }

    static ingest::ListenerOptions withFreePort(ingest::ListenerOptions options)
    {
        options.port = 0;
        options.version = QStringLiteral("9.9");
        return options;
    }

    [[nodiscard]] quint16 port() const { return listener.state().port; }
    [[nodiscard]] RawClient client() const { return RawClient(port()); }
    RawReply ask(const QByteArray &bytes) { return client().ask(bytes); }
    RawReply post(const QByteArray &path, const QByteArray &body)
    {
        return ask(request("POST", path, body));
    }
    RawReply get(const QByteArray &target) { return ask(request("GET", target)); }
    int statusOf(const QByteArray &bytes) { return ask(bytes).status; }
    bool isWell() { return get("/healthz").status == 200; }

    FakeStore store;
    ingest::Listener listener;
};

/// Options whose limits `change` has made small.
template<class Change>
[[nodiscard]] ingest::ListenerOptions limitsWith(Change change)
{
    ingest::ListenerOptions options;
    change(options.limits);
    return options;
}

} // namespace xray::tests
