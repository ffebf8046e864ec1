// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/random_query.h"

#include <model/query/language.h>

#include <array>

namespace xray::test {

using namespace xray::query;

namespace {

NodePtr made(decltype(Node::is) is)
{
    return std::make_shared<const Node>(Node{std::move(is), {}});
}

constexpr std::array kMetrics = {"score", "confidence", "nested.depth", "type", "odd name", "и"};
constexpr std::array kPaths = {"title", "count", "nested.depth", "list",        "list.0",
                               "flag",  "none",  "a.b",          "odd \"key\"", "gone"};
constexpr std::array kNeedles = {"a",  "Stand", "straße", "MACBOOK", "\n",
                                 "\\", "İ",     "x\"y",   "😀",       ""};
constexpr std::array kPatterns = {"^a", "[Ss]tand$", "\\d+", "", "ß", "(b|c)+", "\\\\", "."};
constexpr std::array kWords = {"alpha", "beta", "prod", "filter_brand", "Stand 2000", "true",
                               "12",    "and",  "",     "Ärger",        "a\\nb",      "-2h"};
constexpr std::array kNumbers = {
    0.0, 1.0, -1.0, 0.5, 2.0, 90.0, 1e300, -1e-9, 3.25, 100.0, 9007199254740992.0};
constexpr std::array kIds = {"01890a5d-ac96-774b-bcce-b302099a8057",
                             "00000000-0000-0000-0000-000000000001"};

} // namespace

Query RandomQueries::next(Subject subject, int depth)
{
    if (below(50) == 0)
        return {subject, nullptr};
    return {subject, simplified(node(subject, depth))};
}

NodePtr RandomQueries::node(Subject scope, int depth)
{
    const int kind = depth > 0 ? below(6) : 0;
    if (kind <= 1)
        return condition(scope);
    if (kind == 2)
        return made(Negation{node(scope, depth - 1)});
    if (kind == 3 && scope == Subject::Runs)
        return stepTest(depth);
    Group group{kind == 5 ? Group::Kind::Any : Group::Kind::All, {}};
    for (int i = below(4); i >= 0; --i)
        group.children.push_back(node(scope, depth - 1));
    if (below(20) == 0)
        group.children.clear();
    return made(std::move(group));
}

NodePtr RandomQueries::stepTest(int depth)
{
    StepTest test;
    test.quantifier = StepTest::Quantifier(below(4));
    test.child = below(10) == 0 ? nullptr : node(Subject::Steps, depth - 1);
    if (test.quantifier == StepTest::Quantifier::Count) {
        test.op = Operator(below(int(Operator::GreaterOrEqual) + 1));
        test.count = below(6) - 1;
    }
    return made(std::move(test));
}

NodePtr RandomQueries::condition(Subject scope)
{
    const Field field = this->field(scope);
    const Operator op = oneOf(infoOf(field.id, scope).operators);
    Condition condition{field, op, {}, {}};
    const int values = op == Operator::Exists ? 0 : op == Operator::In ? 1 + below(3) : 1;
    for (int i = 0; i < values; ++i)
        condition.values.push_back(value(field, op, scope));
    return made(std::move(condition));
}

Field RandomQueries::field(Subject scope)
{
    // Metrics and paths are what there is most to get wrong with.
    const FieldId id =
        scope == Subject::Steps && below(3) == 0 ? FieldId::Metric : oneOf(fieldsOf(scope)).id;
    if (id == FieldId::Metric)
        return {id, QString::fromUtf8(oneOf(kMetrics))};
    return {id, id > FieldId::Metric ? QString::fromUtf8(oneOf(kPaths)) : QString()};
}

Value RandomQueries::value(const Field &field, Operator op, Subject scope)
{
    const FieldInfo &info = infoOf(field.id, scope);
    if (op == Operator::Contains)
        return QString::fromUtf8(oneOf(kNeedles));
    if (op == Operator::Matches)
        return QString::fromUtf8(oneOf(kPatterns));
    if (field.id == FieldId::Run)
        return QString::fromUtf8(oneOf(kIds));
    const bool ordered = op >= Operator::Less && op <= Operator::GreaterOrEqual;
    const int kind = below(3);
    switch (info.kind) {
    case ValueKind::Number:
        return oneOf(kNumbers);
    case ValueKind::Duration:
        return Duration{(below(40) - 2) * 50 * kNsPerMs};
    case ValueKind::Time:
        if (kind == 0)
            return RelativeTime{(below(20) - 10) * kNsPerMinute};
        return Instant{kQueryNow + (below(20) - 10) * kNsPerMinute + below(3)};
    case ValueKind::Anything:
        if (ordered || kind == 0)
            return oneOf(kNumbers);
        return kind == 1 ? Value(below(2) == 0) : Value(QString::fromUtf8(oneOf(kWords)));
    case ValueKind::Word:
    case ValueKind::Presence:
        break;
    }
    return info.words.isEmpty() ? QString::fromUtf8(oneOf(kWords)) : oneOf(info.words);
}

} // namespace xray::test
