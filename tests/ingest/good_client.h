// SPDX-License-Identifier: GPL-3.0-or-later
// A well-behaved pipeline amid an attack: posts one small step after another from a thread of its
// own and notes how long each took and what failed. A kept connection that the listener closed
// between two posts is opened again, as any HTTP library does.
#pragma once

#include "tests/ingest/raw_client.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace xray::tests {

class GoodClient
{
public:
    explicit GoodClient(quint16 port);
    ~GoodClient();
    GoodClient(const GoodClient &) = delete;
    GoodClient &operator=(const GoodClient &) = delete;

    /// What is posted from now on belongs to this phase. Returns when the phase has some posts, so
    /// that its figures mean something.
    void enter(const QByteArray &phase);
    /// Posts that failed although they were repeated.
    [[nodiscard]] int errors() const;
    /// Whether half of the posts of this phase took no longer than `medianMs`, and 99 of 100 no
    /// longer than `mostMs`: a listener that stalls fails this, a machine that is busy does not.
    [[nodiscard]] bool isQuick(const QByteArray &phase, double medianMs = 20,
                               double mostMs = 1000) const;
    /// "before: 512 posts, p50 0.40 ms, p99 2.10 ms, worst 4.00 ms; during: …"
    [[nodiscard]] QByteArray report() const;

private:
    struct Phase
    {
        QByteArray name;
        std::vector<double> latenciesMs;
    };

    void work(quint16 port);
    /// Whether the step was stored, with at most one more try on a new connection.
    static bool post(RawClient &client, quint16 port, const QByteArray &step);
    void note(double latencyMs, bool stored);
    bool restUntilNext();

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Phase> m_phases{{"start", {}}};
    int m_errors = 0;
    bool m_leaving = false;
    std::thread m_thread;
};

} // namespace xray::tests
