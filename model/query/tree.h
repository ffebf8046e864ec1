// SPDX-License-Identifier: GPL-3.0-or-later
// A query as a tree: what the text, the visual builder and every executor share. Plain immutable
// values; subtrees are shared between threads.
#pragma once

#include <model/core/execution.h>

#include <QString>

#include <memory>
#include <variant>
#include <vector>

namespace xray::query {

/// What a query finds: steps, or runs ("runs where …").
enum class Subject { Steps, Runs };

enum class FieldId {
    // Of a step.
    Type,
    Step, ///< its name
    Index,
    Status,
    Duration,
    Started,
    Ended,
    Error, ///< it has one
    Issue, ///< it has one
    // Of the run: the run a step belongs to, or the run itself.
    Pipeline,
    Environment,
    Trigger,
    Tag,
    Session,
    Run, ///< its id
    RunStatus,
    RunDuration,
    RunStarted,
    RunEnded,
    RunError, ///< it has one
    StepCount,
    ErrorCount,
    // By name.
    Text,   ///< any string value of the payloads; of a run: of any of its steps, and its metadata
    Metric, ///< `name` is the metric's
    Input,  ///< of the payloads: `name` is the dotted path below
    Output,
    Reasoning,
    Metadata, ///< of the run
};

struct Field
{
    FieldId id = FieldId::Type;
    QString name = {}; ///< of a metric, or the path below a payload; else empty

    friend bool operator==(const Field &, const Field &) = default;
};

enum class Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains, ///< `:` substring, in simple case folding
    Matches,  ///< `~` PCRE, unanchored
    Exists,   ///< the field alone, or `FIELD exists`
};

struct Duration
{
    DurationNs ns = 0;
    friend bool operator==(const Duration &, const Duration &) = default;
};

struct Instant
{
    TimeNs ns = 0;
    friend bool operator==(const Instant &, const Instant &) = default;
};

/// Before (negative) or after the moment the query is asked: "-2h".
struct RelativeTime
{
    DurationNs offset = 0;
    friend bool operator==(const RelativeTime &, const RelativeTime &) = default;
};

using Value = std::variant<QString, double, bool, Duration, Instant, RelativeTime>;

/// Where a node stands in the text it was read from, in UTF-16 units; empty when it was built.
struct TextRange
{
    qsizetype offset = 0;
    qsizetype length = 0;

    [[nodiscard]] qsizetype end() const { return offset + length; }
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// `field op values`: one value, several for In, none for Exists.
struct Condition
{
    Field field;
    Operator op = Operator::Exists;
    std::vector<Value> values = {};
    TextRange fieldRange = {}; ///< of the field alone, in the text it was read from
};

/// Children joined by "and" or "or"; without any it lets everything (All) or nothing (Any) through.
struct Group
{
    enum class Kind { All, Any };
    Kind kind = Kind::All;
    std::vector<NodePtr> children;
};

struct Negation
{
    NodePtr child;
};

/// `any(…) all(…) none(…) count(…) > n`: what holds of a run's steps. A null child is any step.
struct StepTest
{
    enum class Quantifier { Any, All, None, Count };
    Quantifier quantifier = Quantifier::Any;
    NodePtr child;
    Operator op = Operator::Greater; ///< of Count
    qint64 count = 0;                ///< of Count
};

struct Node
{
    std::variant<Condition, Group, Negation, StepTest> is;
    TextRange range = {};
};

struct Query
{
    Subject subject = Subject::Steps;
    NodePtr where; ///< null: everything
};

/// The tree with no more groups than it needs: a group of one is its child, an empty Any is the
/// negation of an empty All. Both let the same through. This is the form that texts have.
[[nodiscard]] NodePtr simplified(const NodePtr &node);

/// Whether both mean the same tree; ranges do not count.
[[nodiscard]] bool sameTree(const NodePtr &a, const NodePtr &b);
[[nodiscard]] bool operator==(const Query &a, const Query &b);

} // namespace xray::query
