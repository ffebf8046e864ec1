// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/query_calls.h"

#include <model/query/language.h>

namespace xray::ingest {

namespace {

using query::Condition;
using query::FieldId;
using query::NodePtr;
using query::Operator;

const QString kField = QStringLiteral("q");

Result<query::Query> compiled(const QString &text, const query::Catalogue &catalogue,
                              query::DefaultSubject subject)
{
    const query::ParseOutcome outcome = query::compile(text, catalogue, subject);
    if (const auto *error = std::get_if<query::QueryError>(&outcome))
        return query::toError(*error, kField);
    return std::get<query::Query>(outcome);
}

NodePtr node(Condition condition)
{
    return std::make_shared<const query::Node>(query::Node{std::move(condition), {}});
}

/// All that must hold, in one tree.
class Narrowing
{
public:
    explicit Narrowing(NodePtr where)
    {
        if (where)
            m_group.children.push_back(std::move(where));
    }

    void add(FieldId field, Operator op, query::Value value)
    {
        m_group.children.push_back(node({{field}, op, {std::move(value)}}));
    }
    void addAnyOf(FieldId field, const QStringList &words)
    {
        if (words.isEmpty())
            return;
        m_group.children.push_back(
            node({{field}, Operator::In, std::vector<query::Value>(words.begin(), words.end())}));
    }

    [[nodiscard]] NodePtr take()
    {
        if (m_group.children.empty())
            return nullptr;
        if (m_group.children.size() == 1)
            return m_group.children.front();
        return std::make_shared<const query::Node>(query::Node{std::move(m_group), {}});
    }

private:
    query::Group m_group{query::Group::Kind::All, {}};
};

NodePtr narrowed(NodePtr where, const RunFilter &filter)
{
    Narrowing narrowing(std::move(where));
    narrowing.addAnyOf(FieldId::Pipeline, filter.pipelines);
    narrowing.addAnyOf(FieldId::Environment, filter.environments);
    QStringList statuses;
    for (const RunStatus status : filter.statuses)
        statuses += QLatin1String(toWord(status));
    narrowing.addAnyOf(FieldId::RunStatus, statuses);
    if (!filter.session.isEmpty())
        narrowing.add(FieldId::Session, Operator::Equal, filter.session);
    if (filter.startedFrom)
        narrowing.add(FieldId::RunStarted, Operator::GreaterOrEqual,
                      query::Instant{*filter.startedFrom});
    if (filter.startedTo)
        narrowing.add(FieldId::RunStarted, Operator::Less, query::Instant{*filter.startedTo});
    return narrowing.take();
}

Error wrongSubject(const QString &what)
{
    return {ErrorCode::InvalidValue, what, kField};
}

} // namespace

Result<query::RunQuestion> runQuestionOf(const RunCall &call, const query::Catalogue &catalogue,
                                         TimeNs now)
{
    auto query = compiled(*call.q, catalogue, query::DefaultSubject::Runs);
    if (!query)
        return query.error();
    if (query->subject != query::Subject::Runs)
        return wrongSubject(QStringLiteral("This call takes a query for runs: runs where …"));
    query->where = narrowed(std::move(query->where), call.page.filter);
    return query::RunQuestion{std::move(*query), now, call.page.limit, call.page.after};
}

Result<query::StepQuestion> stepQuestionOf(const StepCall &call, const query::Catalogue &catalogue,
                                           TimeNs now)
{
    auto query = compiled(*call.q, catalogue, query::DefaultSubject::Steps);
    if (!query)
        return query.error();
    if (query->subject != query::Subject::Steps)
        return wrongSubject(QStringLiteral(
            "This call takes a query for steps; GET /executions takes runs where …"));
    if (!call.page.executionId.isNull()) {
        Narrowing narrowing(std::move(query->where));
        narrowing.add(FieldId::Run, Operator::Equal, call.page.executionId.toString());
        query->where = narrowing.take();
    }
    query::StepQuestion question{std::move(*query), now, call.page.limit, call.before};
    question.payloads = call.page.withPayloads ? query::WithPayloads::Yes : query::WithPayloads::No;
    return question;
}

Result<query::Query> streamQueryOf(const QString &text, const query::Catalogue &catalogue)
{
    return compiled(text, catalogue, query::DefaultSubject::Steps);
}

} // namespace xray::ingest
