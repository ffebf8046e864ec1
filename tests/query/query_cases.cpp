// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/query_cases.h"

#include <model/query/language.h>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace xray::test {

using namespace xray::query;

QueryCases::QueryCases()
{
    QFile file(qEnvironmentVariable("XRAY_SOURCE_DIR") + QStringLiteral("/tests/query/cases.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(file.fileName()));
    const QJsonObject table = QJsonDocument::fromJson(file.readAll()).object();
    m_data = dataFromJson(table[QLatin1String("runs")].toArray());
    for (const QJsonValue &value : table[QLatin1String("cases")].toArray()) {
        const QJsonObject json = value.toObject();
        m_cases.push_back({json[QLatin1String("query")].toString(),
                           json[QLatin1String("rows")].toVariant().toStringList()});
    }
}

Query queryOf(const QString &text)
{
    const ParseOutcome outcome = parse(text);
    if (const auto *error = std::get_if<QueryError>(&outcome))
        qFatal("%s: %s", qPrintable(text), qPrintable(describe(*error)));
    return std::get<Query>(outcome);
}

} // namespace xray::test
