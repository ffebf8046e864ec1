// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/evaluate.h"

#include "model/query/json_path.h"
#include "model/query/moment.h"

#include <model/core/text.h>

#include <QRegularExpression>

#include <algorithm>

namespace xray::query {

/// What a condition may look at. Of a run query the step is absent outside of any(…).
struct Evaluator::Facts
{
    const Execution *run = nullptr;
    const StepFacts *step = nullptr;
    std::span<const StepFacts> steps = {};
};

namespace {

/// Of something that is there.
using TextTest = std::function<bool(const QString &)>;
using JsonTest = std::function<bool(QByteArrayView)>;

/// The text as it comes back from a store: half a surrogate pair is not kept.
QString storable(const QString &text)
{
    return QString::fromUtf8(text.toUtf8());
}

std::vector<QString> textsOf(const Condition &condition)
{
    std::vector<QString> texts;
    for (const Value &value : condition.values) {
        if (const auto *text = std::get_if<QString>(&value))
            texts.push_back(storable(*text));
    }
    return texts;
}

QString firstText(const Condition &condition)
{
    const auto texts = textsOf(condition);
    return texts.empty() ? QString() : texts.front();
}

QString needleOf(const Condition &condition)
{
    return simpleCaseFolded(firstText(condition));
}

template<class T>
bool isIn(const std::vector<T> &list, const T &value)
{
    return std::ranges::find(list, value) != list.end();
}

TextTest textTest(const Condition &condition)
{
    switch (condition.op) {
    case Operator::Contains:
        return [needle = needleOf(condition)](const QString &text) {
            return simpleCaseFolded(text).contains(needle);
        };
    case Operator::Matches:
        return [expression = QRegularExpression(firstText(condition))](const QString &text) {
            return expression.match(text).hasMatch();
        };
    case Operator::Exists:
        return [](const QString &) { return true; };
    case Operator::NotEqual:
        return [list = textsOf(condition)](const QString &text) { return !isIn(list, text); };
    default:
        return [list = textsOf(condition)](const QString &text) { return isIn(list, text); };
    }
}

/// `value op operand`; of In any of the operands.
template<class T>
bool holds(Operator op, const T &value, const std::vector<T> &operands)
{
    if (op == Operator::Exists)
        return true;
    if (operands.empty())
        return false;
    switch (op) {
    case Operator::Less:
        return value < operands.front();
    case Operator::LessOrEqual:
        return value <= operands.front();
    case Operator::Greater:
        return value > operands.front();
    case Operator::GreaterOrEqual:
        return value >= operands.front();
    case Operator::NotEqual:
        return !isIn(operands, value);
    default:
        return isIn(operands, value);
    }
}

std::vector<double> numbersOf(const Condition &condition)
{
    std::vector<double> numbers;
    for (const Value &value : condition.values) {
        if (const auto *number = std::get_if<double>(&value))
            numbers.push_back(*number);
    }
    return numbers;
}

bool isValue(QByteArrayView json, QByteArrayView path, const Value &value)
{
    if (const auto *number = std::get_if<double>(&value))
        return jsonNumber(json, path) == *number;
    if (const auto *flag = std::get_if<bool>(&value))
        return jsonFlag(json, path) == *flag;
    const auto *text = std::get_if<QString>(&value);
    return text && jsonString(json, path) == storable(*text);
}

bool isAnyValue(QByteArrayView json, QByteArrayView path, const std::vector<Value> &values)
{
    return std::ranges::any_of(values,
                               [&](const Value &value) { return isValue(json, path, value); });
}

/// Of the value at a path of a JSON text.
JsonTest jsonTest(const Condition &condition)
{
    const QByteArray path = condition.field.name.toUtf8();
    switch (condition.op) {
    case Operator::Exists:
        return [path](QByteArrayView json) { return jsonExists(json, path); };
    case Operator::Contains:
        return [path, needle = needleOf(condition)](QByteArrayView json) {
            return jsonHasText(json, path, needle);
        };
    case Operator::Matches:
        return [path, test = textTest(condition)](QByteArrayView json) {
            const auto text = jsonString(json, path);
            return text && test(*text);
        };
    case Operator::Equal:
    case Operator::In:
        return [path, values = condition.values](QByteArrayView json) {
            return isAnyValue(json, path, values);
        };
    case Operator::NotEqual:
        return [path, values = condition.values](QByteArrayView json) {
            return jsonExists(json, path) && !isAnyValue(json, path, values);
        };
    default:
        return [path, op = condition.op, numbers = numbersOf(condition)](QByteArrayView json) {
            const auto number = jsonNumber(json, path);
            return number && holds(op, *number, numbers);
        };
    }
}

QString word(const char *latin)
{
    return QLatin1String(latin);
}

bool isWorseThanAHint(const Issue &issue)
{
    return issue.severity != Severity::Info;
}

} // namespace

/// Makes the test of a tree.
class TestBuilder
{
public:
    using Facts = Evaluator::Facts;
    using Test = Evaluator::Test;

    explicit TestBuilder(TimeNs now)
        : m_now(now)
    {
    }

    [[nodiscard]] Test build(const NodePtr &node)
    {
        if (!node)
            return [](const Facts &) { return true; };
        return std::visit([this](const auto &is) { return of(is); }, node->is);
    }

    [[nodiscard]] bool needsPayloads() const { return m_needsPayloads; }

private:
    Test of(const Group &group)
    {
        std::vector<Test> tests;
        for (const NodePtr &child : group.children)
            tests.push_back(build(child));
        const auto passes = [](const Facts &facts) {
            return [&facts](const Test &test) { return test(facts); };
        };
        if (group.kind == Group::Kind::All)
            return [tests, passes](const Facts &facts) {
                return std::ranges::all_of(tests, passes(facts));
            };
        return [tests, passes](const Facts &facts) {
            return std::ranges::any_of(tests, passes(facts));
        };
    }

    Test of(const Negation &negation)
    {
        return [test = build(negation.child)](const Facts &facts) { return !test(facts); };
    }

    Test of(const StepTest &quantified)
    {
        const auto count = [test = build(quantified.child)](const Facts &facts) {
            return std::ranges::count_if(facts.steps, [&](const StepFacts &step) {
                return test({facts.run, &step, {}});
            });
        };
        switch (quantified.quantifier) {
        case StepTest::Quantifier::Any:
            return [count](const Facts &facts) { return count(facts) > 0; };
        case StepTest::Quantifier::All:
            return [count](const Facts &facts) {
                return count(facts) == std::ptrdiff_t(facts.steps.size());
            };
        case StepTest::Quantifier::None:
            return [count](const Facts &facts) { return count(facts) == 0; };
        case StepTest::Quantifier::Count:
            break;
        }
        return [count, op = quantified.op, wanted = quantified.count](const Facts &facts) {
            return holds<qint64>(op, count(facts), {wanted});
        };
    }

    Test of(const Condition &condition)
    {
        switch (condition.field.id) {
        case FieldId::Type:
        case FieldId::Step:
        case FieldId::Index:
        case FieldId::Status:
        case FieldId::Duration:
        case FieldId::Started:
        case FieldId::Ended:
        case FieldId::Error:
        case FieldId::Issue:
        case FieldId::Metric:
            return stepTest(condition);
        case FieldId::Input:
        case FieldId::Output:
        case FieldId::Reasoning:
            return payloadTest(condition);
        case FieldId::Text:
            return anyTextTest(condition);
        default:
            return runTest(condition);
        }
    }

    /// A test of something of the step; without a step it does not hold.
    template<class Function>
    static Test onStep(Function &&function)
    {
        return [function = std::forward<Function>(function)](const Facts &facts) {
            return facts.step && function(*facts.step);
        };
    }
    template<class Function>
    static Test onRun(Function &&function)
    {
        return [function = std::forward<Function>(function)](const Facts &facts) {
            return function(*facts.run);
        };
    }

    template<class T, class Get>
    static auto compared(Operator op, std::vector<T> operands, Get get)
    {
        return [op, operands = std::move(operands), get](const auto &of) {
            const std::optional<T> value = get(of);
            return value && holds(op, *value, operands);
        };
    }

    Test stepTest(const Condition &condition)
    {
        const Operator op = condition.op;
        switch (condition.field.id) {
        case FieldId::Type:
            return onStep([test = textTest(condition)](const StepFacts &facts) {
                return test(word(toWord(facts.step.type)));
            });
        case FieldId::Step:
            return onStep([test = textTest(condition)](const StepFacts &facts) {
                return test(facts.step.name);
            });
        case FieldId::Status:
            return onStep([test = textTest(condition)](const StepFacts &facts) {
                return test(word(toWord(facts.step.status)));
            });
        case FieldId::Index:
            return onStep(compared(op, numbersOf(condition), [](const StepFacts &facts) {
                return std::optional(double(facts.step.index));
            }));
        case FieldId::Metric:
            return onStep(compared(op, numbersOf(condition),
                                   [name = condition.field.name](const StepFacts &facts) {
                                       return metricValue(facts.step, name);
                                   }));
        case FieldId::Error:
            return onStep([](const StepFacts &facts) { return facts.step.errorCount > 0; });
        case FieldId::Issue:
            return onStep([](const StepFacts &facts) {
                return std::ranges::any_of(facts.step.issues, isWorseThanAHint);
            });
        default:
            return stepTimeTest(condition);
        }
    }

    Test stepTimeTest(const Condition &condition)
    {
        const auto moments = momentsOf(condition, m_now);
        switch (condition.field.id) {
        case FieldId::Started:
            return onStep(compared(condition.op, moments, [](const StepFacts &facts) {
                return std::optional(facts.step.startedAt);
            }));
        case FieldId::Ended:
            return onStep(compared(condition.op, moments,
                                   [](const StepFacts &facts) { return facts.step.endedAt; }));
        default:
            return onStep(compared(condition.op, moments,
                                   [](const StepFacts &facts) { return facts.step.duration; }));
        }
    }

    Test payloadTest(const Condition &condition)
    {
        m_needsPayloads = true;
        const JsonTest test = jsonTest(condition);
        switch (condition.field.id) {
        case FieldId::Input:
            return onStep([test](const StepFacts &facts) { return test(facts.payloads.input); });
        case FieldId::Output:
            return onStep([test](const StepFacts &facts) { return test(facts.payloads.output); });
        default:
            return onStep(
                [test](const StepFacts &facts) { return test(facts.payloads.reasoning); });
        }
    }

    /// Of a step: in its payloads; of a run: in those of its steps, and in its metadata.
    Test anyTextTest(const Condition &condition)
    {
        m_needsPayloads = true;
        const auto has = [needle = needleOf(condition)](QByteArrayView json) {
            return jsonHasText(json, {}, needle);
        };
        const auto inStep = [has](const StepFacts &facts) {
            const StepPayloads &payloads = facts.payloads;
            return has(payloads.input) || has(payloads.output) || has(payloads.reasoning);
        };
        return [has, inStep](const Facts &facts) {
            if (facts.step)
                return inStep(*facts.step);
            return has(facts.run->metadata) || std::ranges::any_of(facts.steps, inStep);
        };
    }

    /// Of a text that is absent when it is empty.
    static std::function<bool(const Execution &)> present(const Condition &condition,
                                                          QString Execution::*member)
    {
        return [test = textTest(condition), member](const Execution &run) {
            return !(run.*member).isEmpty() && test(run.*member);
        };
    }

    Test runTest(const Condition &condition)
    {
        const Operator op = condition.op;
        switch (condition.field.id) {
        case FieldId::Pipeline:
            return onRun([test = textTest(condition)](const Execution &run) {
                return test(run.pipelineName);
            });
        case FieldId::Environment:
            return onRun(present(condition, &Execution::environment));
        case FieldId::Session:
            return onRun(present(condition, &Execution::session));
        case FieldId::Trigger:
            return onRun(
                [test = jsonTest(condition)](const Execution &run) { return test(run.trigger); });
        case FieldId::Metadata:
            return onRun(
                [test = jsonTest(condition)](const Execution &run) { return test(run.metadata); });
        case FieldId::Tag:
            return tagTest(condition);
        case FieldId::Run:
            return onRun([test = textTest(condition)](const Execution &run) {
                return test(run.id.toString());
            });
        case FieldId::RunStatus:
            return onRun([test = textTest(condition)](const Execution &run) {
                return test(word(toWord(run.status)));
            });
        case FieldId::RunError:
            return onRun([](const Execution &run) { return run.errorCount > 0; });
        case FieldId::StepCount:
            return onRun(compared(op, numbersOf(condition), [](const Execution &run) {
                return std::optional(double(run.stepCount));
            }));
        case FieldId::ErrorCount:
            return onRun(compared(op, numbersOf(condition), [](const Execution &run) {
                return std::optional(double(run.errorCount));
            }));
        default:
            return runTimeTest(condition);
        }
    }

    Test runTimeTest(const Condition &condition)
    {
        const auto moments = momentsOf(condition, m_now);
        switch (condition.field.id) {
        case FieldId::RunStarted:
            return onRun(compared(condition.op, moments, [](const Execution &run) {
                return std::optional(run.startedAt);
            }));
        case FieldId::RunEnded:
            return onRun(
                compared(condition.op, moments, [](const Execution &run) { return run.endedAt; }));
        default:
            return onRun(
                compared(condition.op, moments, [](const Execution &run) { return run.duration; }));
        }
    }

    /// A set is never absent: != holds of a run without tags.
    static Test tagTest(const Condition &condition)
    {
        if (condition.op == Operator::NotEqual)
            return onRun([list = textsOf(condition)](const Execution &run) {
                return std::ranges::none_of(run.tags,
                                            [&](const QString &tag) { return isIn(list, tag); });
            });
        return onRun([test = textTest(condition)](const Execution &run) {
            return std::ranges::any_of(run.tags, test);
        });
    }

    TimeNs m_now;
    bool m_needsPayloads = false;
};

Evaluator::Evaluator(const Query &query, TimeNs now)
{
    TestBuilder builder(now);
    m_test = builder.build(query.where);
    m_needsPayloads = builder.needsPayloads();
}

bool Evaluator::matches(const StepFacts &step, const Execution &run) const
{
    return m_test({&run, &step, {}});
}

bool Evaluator::matches(const Execution &run, std::span<const StepFacts> steps) const
{
    return m_test({&run, nullptr, steps});
}

} // namespace xray::query
