// SPDX-License-Identifier: GPL-3.0-or-later
// The small JSON columns of the store (tags, metrics, issues): record to text and text to record.
// Private to the store; any thread.
#pragma once

#include <model/admission/records.h>

#include <QStringList>

namespace xray::store {

/// Each gives an empty text for an empty list, which the store keeps as NULL.
[[nodiscard]] QByteArray tagsToJson(const std::vector<QByteArray> &tags);
[[nodiscard]] QByteArray metricsToJson(const std::vector<admission::MetricRecord> &metrics);
[[nodiscard]] QByteArray issuesToJson(const std::vector<Issue> &issues);

[[nodiscard]] QStringList tagsFromJson(QByteArrayView json);
[[nodiscard]] std::vector<Metric> metricsFromJson(QByteArrayView json);
[[nodiscard]] std::vector<Issue> issuesFromJson(QByteArrayView json);

} // namespace xray::store
