// SPDX-License-Identifier: GPL-3.0-or-later
// A pipeline as the listener sees it: posts JSON and reads JSON answers over one connection at a
// time. Blocking, with a bound on every wait. One thread.
#pragma once

#include "tests/ingest/raw_client.h"

#include <model/core/ids.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

#include <set>

namespace xray::test {

struct Reply
{
    int status = 0; ///< 0: no whole reply came
    QJsonObject json;

    /// The refusal of a 4xx, empty otherwise.
    [[nodiscard]] QJsonObject error() const;
};

class PipelineClient
{
public:
    explicit PipelineClient(quint16 port);

    Reply post(const QByteArray &path, const QByteArray &body);
    /// A body of NDJSON to /batch.
    Reply postLines(const QByteArray &lines);
    Reply patch(const QByteArray &path, const QByteArray &body);
    Reply get(const QByteArray &path);

    /// Every item of a list, page by page.
    QJsonArray all(const QByteArray &path);
    /// The ids of the run's steps; a step listed twice makes the answer empty.
    std::set<QString> stepIds(ExecutionId run);

private:
    Reply ask(const QByteArray &request);

    tests::RawClient m_client;
};

[[nodiscard]] QByteArray runJson(ExecutionId id, const QByteArray &more = {});
/// A step with name "plan" and type llm; `more` begins with a comma.
[[nodiscard]] QByteArray stepJson(ExecutionId run, StepId id, const QByteArray &more = {});

} // namespace xray::test
