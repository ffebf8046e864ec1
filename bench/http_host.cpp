// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/http_host.h"

#include "bench/http_client.h"
#include "bench/store_filler.h"
#include "bench/workload.h"

#include <model/ingest/listener.h>
#include <model/store/store.h>

#include <thread>

namespace xray::bench {

HttpHost::HttpHost() = default;

HttpHost::~HttpHost()
{
    m_listener.reset();
    m_store.reset();
    removeStore(m_path);
}

Result<std::unique_ptr<HttpHost>> HttpHost::open(const QString &path)
{
    std::unique_ptr<HttpHost> host(new HttpHost);
    host->m_path = path;
    auto store = openStore(path);
    if (!store)
        return store.error();
    host->m_store = std::move(*store);
    ingest::ListenerOptions options;
    options.port = 0;
    host->m_listener =
        std::make_unique<ingest::Listener>(host->m_store->sink(), *host->m_store, options);
    if (auto started = host->m_listener->start(); !started)
        return started.error();
    return host;
}

quint16 HttpHost::port() const
{
    return m_listener->state().port;
}

Result<Posted> postOnSchedule(quint16 port, const Load &load)
{
    std::vector<QByteArray> requests;
    for (int i = 0; i < load.posts; ++i)
        requests.push_back(post(load.path, makeBody(1, load.stepsPerPost)));
    auto client = HttpClient::connectTo(port);
    if (!client)
        return client.error();
    Posted times;
    const auto start = Clock::now();
    for (int i = 0; i < load.posts; ++i) {
        times.due.push_back(start +
                            std::chrono::microseconds(1'000'000LL * i / load.postsPerSecond));
        std::this_thread::sleep_until(times.due.back());
        if (auto posted = (*client)->expectSuccess(requests[static_cast<std::size_t>(i)]); !posted)
            return posted.error();
        times.answered.push_back(Clock::now());
    }
    return times;
}

std::vector<double> latencies(const std::vector<Clock::time_point> &due,
                              const std::vector<Clock::time_point> &seen)
{
    std::vector<double> milliseconds;
    for (std::size_t i = 0; i < std::min(due.size(), seen.size()); ++i)
        milliseconds.push_back(std::chrono::duration<double, std::milli>(seen[i] - due[i]).count());
    return milliseconds;
}

} // namespace xray::bench
