// SPDX-License-Identifier: GPL-3.0-or-later
// A new store with a listener on a free port of the loopback, in this process, and the steady load
// of pipelines that keep to a schedule. Main thread; what it starts runs on threads of its own.
#pragma once

#include "bench/sampling.h"

#include <model/core/ports.h>

#include <memory>

namespace xray::store {
class Store;
}
namespace xray::ingest {
class Listener;
}

namespace xray::bench {

class HttpHost
{
public:
    [[nodiscard]] static Result<std::unique_ptr<HttpHost>> open(const QString &path);
    /// Stops, and removes the store.
    ~HttpHost();

    [[nodiscard]] store::Store &store() { return *m_store; }
    [[nodiscard]] quint16 port() const;

private:
    HttpHost();

    QString m_path;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<ingest::Listener> m_listener;
};

/// The empty handler of the same listener: reads a body, whatever it is, drops it and answers.
inline constexpr char kEmptyHandler[] = "/v1/metrics";

/// Posts at a fixed rate, each a batch that starts one run and logs its steps.
struct Load
{
    int postsPerSecond = 20;
    int stepsPerPost = 1;
    int posts = 100;
    const char *path = "/batch";
};

/// When each post was due, and when it was answered.
struct Posted
{
    std::vector<Clock::time_point> due;
    std::vector<Clock::time_point> answered;
};

/// Keeps to the schedule on one connection: a post that is late because of the one before counts as
/// late. Blocks until the last is answered.
[[nodiscard]] Result<Posted> postOnSchedule(quint16 port, const Load &load);

/// From when each was due to when it was seen, in milliseconds.
[[nodiscard]] std::vector<double> latencies(const std::vector<Clock::time_point> &due,
                                            const std::vector<Clock::time_point> &seen);

} // namespace xray::bench
