// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ingest/good_client.h"

#include <model/core/ids.h>

#include <QElapsedTimer>

#include <algorithm>

namespace xray::tests {

namespace {

constexpr std::chrono::milliseconds kRest{3};
constexpr std::size_t kPostsOfAPhase = 300;

double percentile(std::vector<double> latencies, double share)
{
    if (latencies.empty())
        return 0;
    const auto at = latencies.begin() +
                    static_cast<std::ptrdiff_t>(static_cast<double>(latencies.size() - 1) * share);
    std::nth_element(latencies.begin(), at, latencies.end());
    return *at;
}

QByteArray milliseconds(double value)
{
    return QByteArray::number(value, 'f', 2) + " ms";
}

QByteArray figuresOf(const std::vector<double> &latencies)
{
    return QByteArray::number(qsizetype(latencies.size())) + " posts, p50 " +
           milliseconds(percentile(latencies, 0.5)) + ", p99 " +
           milliseconds(percentile(latencies, 0.99)) + ", worst " +
           milliseconds(percentile(latencies, 1));
}

} // namespace

GoodClient::GoodClient(quint16 port)
    : m_thread([this, port] { work(port); })
{
}

GoodClient::~GoodClient()
{
    {
        const std::lock_guard lock(m_mutex);
        m_leaving = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void GoodClient::enter(const QByteArray &phase)
{
    std::unique_lock lock(m_mutex);
    m_phases.push_back({phase, {}});
    m_changed.wait(lock, [this] {
        return m_phases.back().latenciesMs.size() >= kPostsOfAPhase || m_errors > 0;
    });
}

int GoodClient::errors() const
{
    const std::lock_guard lock(m_mutex);
    return m_errors;
}

bool GoodClient::isQuick(const QByteArray &phase, double medianMs, double mostMs) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_phases, phase, &Phase::name);
    return found != m_phases.end() && percentile(found->latenciesMs, 0.5) <= medianMs &&
           percentile(found->latenciesMs, 0.99) <= mostMs;
}

QByteArray GoodClient::report() const
{
    const std::lock_guard lock(m_mutex);
    QByteArray text;
    for (const Phase &phase : m_phases)
        if (phase.name != "start")
            text += (text.isEmpty() ? "" : "; ") + phase.name + ": " + figuresOf(phase.latenciesMs);
    return text;
}

void GoodClient::work(quint16 port)
{
    RawClient client(port);
    const QByteArray run = ExecutionId::newV7().toUtf8();
    client.ask(
        request("POST", "/executions", "{\"id\":\"" + run + "\",\"pipeline_name\":\"good\"}"));
    const QByteArray step =
        request("POST", "/execution-steps",
                "{\"execution_id\":\"" + run + "\",\"step_name\":\"s\",\"step_type\":\"llm\"}");
    do {
        QElapsedTimer since;
        since.start();
        const bool stored = post(client, port, step);
        note(static_cast<double>(since.nsecsElapsed()) / 1e6, stored);
    } while (restUntilNext());
}

bool GoodClient::post(RawClient &client, quint16 port, const QByteArray &step)
{
    if (client.ask(step).status == 201)
        return true;
    client = RawClient(port);
    return client.ask(step).status == 201;
}

void GoodClient::note(double latencyMs, bool stored)
{
    {
        const std::lock_guard lock(m_mutex);
        m_phases.back().latenciesMs.push_back(latencyMs);
        m_errors += stored ? 0 : 1;
    }
    m_changed.notify_all();
}

bool GoodClient::restUntilNext()
{
    std::unique_lock lock(m_mutex);
    return !m_changed.wait_for(lock, kRest, [this] { return m_leaving; });
}

} // namespace xray::tests
