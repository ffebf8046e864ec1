// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/run_filter_sql.h"

namespace xray::store {

namespace {

/// SQLite takes 32,766 parameters; a term takes some fifteen, and no one types this many.
constexpr qsizetype kMaxSearchTerms = 64;

class ConditionBuilder
{
public:
    void add(const QByteArray &sql) { m_condition.sql += " AND " + sql; }
    void add(const QByteArray &sql, const std::vector<SqlCondition::Value> &values)
    {
        add(sql);
        m_condition.values.insert(m_condition.values.end(), values.begin(), values.end());
    }

    template<class List, class ToText>
    void addAnyOf(const char *column, const List &list, ToText &&toText)
    {
        if (list.empty())
            return;
        QByteArray marks;
        for (const auto &item : list) {
            marks += marks.isEmpty() ? "?" : ", ?";
            m_condition.values.emplace_back(toText(item));
        }
        add(QByteArray(column) + " IN (" + marks + ")");
    }

    SqlCondition take() { return std::move(m_condition); }

private:
    SqlCondition m_condition{"e.purge_at IS NULL", {}};
};

// Where a text is looked for: cheap columns of the run first, then its steps and errors.
constexpr const char *kTextPlaces[] = {
    "xray_text_has(e.title, ?)",
    "xray_text_has(e.outcome, ?)",
    "xray_text_has(e.pipeline_name, ?)",
    "xray_text_has(e.session, ?)",
    "xray_json_has(e.tags, ?)",
    "xray_json_has(e.metadata, ?)",
    "xray_json_has(e.\"trigger\", ?)",
    ("EXISTS (SELECT 1 FROM execution_steps s WHERE s.execution_id = e.id AND "
     "(xray_text_has(s.step_name, ?) OR xray_json_has(s.reasoning_payload, ?) "
     "OR xray_json_has(s.output_payload, ?) OR xray_json_has(s.input_payload, ?)))"),
    ("EXISTS (SELECT 1 FROM execution_errors r WHERE r.execution_id = e.id AND (xray_text_has("
     "r.message, ?) OR xray_text_has(r.error_type, ?) OR xray_text_has(r.stack, ?)))"),
};

/// An id that was pasted is looked up, not searched for.
bool addId(ConditionBuilder &builder, const QString &text)
{
    const auto id = Uuid::fromText(text.toStdString());
    if (!id)
        return false;
    builder.add("(e.uuid = ? OR e.id = (SELECT s.execution_id FROM execution_steps s "
                "WHERE s.uuid = ?))",
                {*id, *id});
    return true;
}

void addTerm(ConditionBuilder &builder, const QString &term)
{
    QByteArray sql;
    for (const char *place : kTextPlaces)
        sql += (sql.isEmpty() ? "(" : " OR ") + QByteArray(place);
    const std::vector<SqlCondition::Value> values(static_cast<std::size_t>(sql.count('?')), term);
    builder.add(sql + ')', values);
}

void addText(ConditionBuilder &builder, const QString &text)
{
    if (addId(builder, text.trimmed()))
        return;
    const QStringList terms = searchTerms(text).mid(0, kMaxSearchTerms);
    for (const QString &term : terms)
        addTerm(builder, term);
}

} // namespace

int bindAll(Statement &statement, const std::vector<SqlCondition::Value> &values)
{
    int index = 0;
    for (const SqlCondition::Value &value : values) {
        ++index;
        if (const auto *text = std::get_if<QString>(&value))
            statement.bindString(index, *text);
        else if (const auto *uuid = std::get_if<Uuid>(&value))
            statement.bind(index, *uuid);
        else
            statement.bind(index, std::get<std::int64_t>(value));
    }
    return index;
}

SqlCondition conditionOf(const RunFilter &filter)
{
    ConditionBuilder builder;
    const auto asIs = [](const QString &text) { return text; };
    builder.addAnyOf("e.pipeline_name", filter.pipelines, asIs);
    builder.addAnyOf("coalesce(e.environment, '')", filter.environments, asIs);
    builder.addAnyOf("e.status", filter.statuses,
                     [](RunStatus status) { return QString::fromLatin1(toWord(status)); });
    if (!filter.session.isEmpty())
        builder.add("e.session = ?", {filter.session});
    if (filter.startedFrom)
        builder.add("e.started_at >= ?", {*filter.startedFrom});
    if (filter.startedTo)
        builder.add("e.started_at < ?", {*filter.startedTo});
    addText(builder, filter.text);
    return builder.take();
}

QByteArray sortExpression(RunSortKey key)
{
    switch (key) {
    case RunSortKey::Started:
        return "e.started_at";
    case RunSortKey::Duration:
        return "coalesce(e.duration_ns, -1)";
    case RunSortKey::Steps:
        return "e.step_count";
    case RunSortKey::Errors:
        return "e.error_count";
    case RunSortKey::Pipeline:
        return "e.pipeline_name";
    case RunSortKey::Environment:
        return "coalesce(e.environment, '')";
    case RunSortKey::Status:
        return "e.status";
    case RunSortKey::Session:
        return "coalesce(e.session, '')";
    }
    return "e.started_at";
}

bool sortsByText(RunSortKey key)
{
    return key == RunSortKey::Pipeline || key == RunSortKey::Environment ||
           key == RunSortKey::Status || key == RunSortKey::Session;
}

QByteArray scanHint(RunSortKey key)
{
    switch (key) {
    case RunSortKey::Pipeline:
        return " INDEXED BY executions_by_pipeline";
    case RunSortKey::Status:
        return " INDEXED BY executions_by_status";
    case RunSortKey::Started:
    case RunSortKey::Duration:
    case RunSortKey::Steps:
    case RunSortKey::Errors:
    case RunSortKey::Environment:
    case RunSortKey::Session:
        break;
    }
    return " NOT INDEXED";
}

QByteArray orderBy(const RunSort &sort)
{
    const QByteArray direction = sort.order == SortOrder::Ascending ? " ASC" : " DESC";
    if (sort.key == RunSortKey::Started)
        return " ORDER BY e.started_at" + direction + ", e.uuid" + direction;
    return " ORDER BY " + sortExpression(sort.key) + direction + ", e.started_at DESC, e.uuid DESC";
}

} // namespace xray::store
