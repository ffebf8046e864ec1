// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/run_query.h"

#include <algorithm>

namespace xray {

bool RunFilter::isEmpty() const
{
    return *this == RunFilter{};
}

QStringList searchTerms(const QString &text)
{
    QStringList terms;
    QString term;
    bool quoted = false;
    const auto finish = [&] {
        if (!term.trimmed().isEmpty())
            terms += term;
        term.clear();
    };
    for (const QChar c : text) {
        if (c == QLatin1Char('"')) {
            finish();
            quoted = !quoted;
        } else if (c.isSpace() && !quoted) {
            finish();
        } else {
            term += c;
        }
    }
    finish();
    return terms;
}

bool matchesWithoutText(const RunFilter &filter, const Execution &run)
{
    const auto anyOf = [](const auto &allowed, const auto &value) {
        return allowed.empty() || std::ranges::find(allowed, value) != allowed.end();
    };
    return anyOf(filter.pipelines, run.pipelineName) &&
           anyOf(filter.environments, run.environment) && anyOf(filter.statuses, run.status) &&
           (filter.session.isEmpty() || filter.session == run.session) &&
           (!filter.startedFrom || run.startedAt >= *filter.startedFrom) &&
           (!filter.startedTo || run.startedAt < *filter.startedTo);
}

RunPosition positionOf(const Execution &run, RunSortKey key)
{
    RunPosition position{.startedAt = run.startedAt, .id = run.id, .row = run.row};
    switch (key) {
    case RunSortKey::Started:
        position.number = run.startedAt;
        break;
    case RunSortKey::Duration:
        position.number = run.duration.value_or(-1);
        break;
    case RunSortKey::Steps:
        position.number = run.stepCount;
        break;
    case RunSortKey::Errors:
        position.number = run.errorCount;
        break;
    case RunSortKey::Pipeline:
        position.text = run.pipelineName;
        break;
    case RunSortKey::Environment:
        position.text = run.environment;
        break;
    case RunSortKey::Status:
        position.text = QLatin1String(toWord(run.status));
        break;
    case RunSortKey::Session:
        position.text = run.session;
        break;
    }
    return position;
}

bool standsBefore(const RunPosition &a, const RunPosition &b, const RunSort &sort)
{
    if (a.number != b.number)
        return (a.number < b.number) == (sort.order == SortOrder::Ascending);
    if (const int order = a.text.compare(b.text); order != 0)
        return (order < 0) == (sort.order == SortOrder::Ascending);
    // Newest first among equals, whatever the order of the key; the id decides exact ties.
    const bool newestFirst = sort.key != RunSortKey::Started || sort.order == SortOrder::Descending;
    if (a.startedAt != b.startedAt)
        return (a.startedAt > b.startedAt) == newestFirst;
    return (a.id > b.id) == newestFirst && a.id != b.id;
}

} // namespace xray
