// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/record_json.h"

#include <model/core/json_escape.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace xray::store {

namespace {

template<class List, class AppendItem>
QByteArray joined(const List &list, char open, char close, AppendItem &&appendItem)
{
    if (list.empty())
        return {};
    QByteArray out(1, open);
    for (const auto &item : list) {
        if (out.size() > 1)
            out += ',';
        appendItem(out, item);
    }
    out += close;
    return out;
}

void appendKey(QByteArray &out, const char *key, const QString &value)
{
    appendJsonString(out, key);
    out += ':';
    appendJsonString(out, value.toUtf8());
}

void appendIssue(QByteArray &out, const Issue &issue)
{
    out += '{';
    appendKey(out, "severity", QLatin1String(toWord(issue.severity)));
    out += ',';
    appendKey(out, "code", issue.code);
    out += ',';
    appendKey(out, "message", issue.message);
    out += ',';
    appendKey(out, "field", issue.field);
    out += '}';
}

QJsonDocument parsed(QByteArrayView json)
{
    if (json.isEmpty())
        return {};
    return QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size()));
}

} // namespace

QByteArray tagsToJson(const std::vector<QByteArray> &tags)
{
    return joined(tags, '[', ']',
                  [](QByteArray &out, const QByteArray &tag) { appendJsonString(out, tag); });
}

QByteArray metricsToJson(const std::vector<admission::MetricRecord> &metrics)
{
    return joined(metrics, '{', '}', [](QByteArray &out, const admission::MetricRecord &metric) {
        appendJsonString(out, metric.name);
        out += ':';
        appendJsonNumber(out, metric.value);
    });
}

QByteArray issuesToJson(const std::vector<Issue> &issues)
{
    return joined(issues, '[', ']', appendIssue);
}

QStringList tagsFromJson(QByteArrayView json)
{
    QStringList tags;
    const QJsonArray array = parsed(json).array();
    for (const QJsonValue &tag : array)
        tags += tag.toString();
    return tags;
}

std::vector<Metric> metricsFromJson(QByteArrayView json)
{
    std::vector<Metric> metrics;
    const QJsonObject object = parsed(json).object();
    metrics.reserve(object.size());
    for (auto it = object.begin(); it != object.end(); ++it)
        metrics.push_back({it.key(), it.value().toDouble()});
    return metrics;
}

std::vector<Issue> issuesFromJson(QByteArrayView json)
{
    std::vector<Issue> issues;
    const QJsonArray array = parsed(json).array();
    for (const QJsonValue &value : array) {
        const QJsonObject object = value.toObject();
        const auto text = [&](const char *key) { return object[QLatin1String(key)].toString(); };
        issues.push_back({severityFromWord(text("severity").toStdString()).value_or(Severity::Info),
                          text("code"), text("message"), text("field")});
    }
    return issues;
}

} // namespace xray::store
