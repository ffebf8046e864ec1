// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/pipeline_client.h"

#include <QJsonDocument>

namespace xray::test {

using tests::RawClient;
using tests::RawReply;
using tests::request;

QJsonObject Reply::error() const
{
    return json.value(QLatin1String("error")).toObject();
}

PipelineClient::PipelineClient(quint16 port)
    : m_client(port)
{
}

Reply PipelineClient::ask(const QByteArray &bytes)
{
    const RawReply raw = m_client.ask(bytes);
    return {raw.status, QJsonDocument::fromJson(raw.body).object()};
}

Reply PipelineClient::post(const QByteArray &path, const QByteArray &body)
{
    return ask(request("POST", path, body));
}

Reply PipelineClient::postLines(const QByteArray &lines)
{
    return ask(request("POST", "/batch", lines, {}, "application/x-ndjson"));
}

Reply PipelineClient::patch(const QByteArray &path, const QByteArray &body)
{
    return ask(request("PATCH", path, body));
}

Reply PipelineClient::get(const QByteArray &path)
{
    return ask(request("GET", path));
}

QJsonArray PipelineClient::all(const QByteArray &path)
{
    QJsonArray items;
    QByteArray cursor;
    do {
        const QByteArray more = cursor.isEmpty() ? QByteArray() : "&cursor=" + cursor;
        const QJsonObject page = get(path + more).json;
        for (const QJsonValue &item : page.value(QLatin1String("items")).toArray())
            items.append(item);
        cursor = page.value(QLatin1String("next_cursor")).toString().toUtf8();
    } while (!cursor.isEmpty());
    return items;
}

std::set<QString> PipelineClient::stepIds(ExecutionId run)
{
    std::set<QString> ids;
    for (const QJsonValue &step :
         all("/execution-steps?payload=none&limit=1000&execution_id=" + run.toUtf8())) {
        if (!ids.insert(step.toObject().value(QLatin1String("id")).toString()).second)
            return {};
    }
    return ids;
}

QByteArray runJson(ExecutionId id, const QByteArray &more)
{
    return R"({"id":")" + id.toUtf8() + R"(","pipeline_name":"search")" + more + "}";
}

QByteArray stepJson(ExecutionId run, StepId id, const QByteArray &more)
{
    return R"({"id":")" + id.toUtf8() + R"(","execution_id":")" + run.toUtf8() +
           R"(","step_name":"plan","step_type":"llm")" + more + "}";
}

} // namespace xray::test
