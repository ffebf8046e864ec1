// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/fields.h"

#include "model/query/lexer.h"
#include "model/query/literals.h"

#include <algorithm>
#include <array>

namespace xray::query {

namespace {

using Operators = std::vector<Operator>;

const Operators kEnumOperators = {Operator::Equal, Operator::NotEqual, Operator::In};
const Operators kWordOperators = {Operator::Equal,    Operator::NotEqual, Operator::In,
                                  Operator::Contains, Operator::Matches,  Operator::Exists};
const Operators kOrderOperators = {
    Operator::Less,  Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual,
    Operator::Equal, Operator::NotEqual,    Operator::In,      Operator::Exists};
const Operators kTimeOperators = {Operator::Less, Operator::LessOrEqual, Operator::Greater,
                                  Operator::GreaterOrEqual, Operator::Exists};
const Operators kAllOperators = {
    Operator::Equal,   Operator::NotEqual,       Operator::Less, Operator::LessOrEqual,
    Operator::Greater, Operator::GreaterOrEqual, Operator::In,   Operator::Contains,
    Operator::Matches, Operator::Exists};

QStringList stepTypes()
{
    QStringList words;
    for (int i = 0; i < kStepTypeCount; ++i)
        words += QLatin1String(toWord(StepType(i)));
    return words;
}

QStringList runStatuses()
{
    QStringList words;
    for (int i = 0; i < kRunStatusCount; ++i)
        words += QLatin1String(toWord(RunStatus(i)));
    return words;
}

QStringList stepStatuses()
{
    QStringList words;
    for (const StepStatus status : {StepStatus::Running, StepStatus::Completed, StepStatus::Failed})
        words += QLatin1String(toWord(status));
    return words;
}

FieldInfo enumeration(FieldId id, const char *word, const QStringList &words, const char *help)
{
    return {id,    Subject::Steps, QLatin1String(word), ValueKind::Word,
            words, kEnumOperators, QLatin1String(help)};
}

FieldInfo field(FieldId id, const char *word, ValueKind kind, const Operators &operators,
                const char *help)
{
    return {id, Subject::Steps, QLatin1String(word), kind, {}, operators, QLatin1String(help)};
}

std::vector<FieldInfo> stepFields()
{
    return {
        enumeration(FieldId::Type, "type", stepTypes(), "What kind of step it is"),
        field(FieldId::Step, "step", ValueKind::Word, kWordOperators, "The step's name"),
        field(FieldId::Index, "index", ValueKind::Number, kOrderOperators,
              "Its place in the run, from 1"),
        enumeration(FieldId::Status, "status", stepStatuses(), "How the step stands"),
        field(FieldId::Duration, "duration", ValueKind::Duration, kOrderOperators,
              "How long the step took"),
        field(FieldId::Started, "started", ValueKind::Time, kTimeOperators,
              "When the step started"),
        field(FieldId::Ended, "ended", ValueKind::Time, kTimeOperators, "When the step ended"),
        field(FieldId::Error, "error", ValueKind::Presence, {Operator::Exists},
              "The step has an error"),
        field(FieldId::Issue, "issue", ValueKind::Presence, {Operator::Exists},
              "Something about the step does not add up"),
    };
}

/// Fields of the run. `prefix` is what tells those apart that a step has as well.
std::vector<FieldInfo> runFields(const QString &prefix)
{
    std::vector<FieldInfo> fields = {
        field(FieldId::Pipeline, "pipeline", ValueKind::Word, kWordOperators,
              "The pipeline's name"),
        field(FieldId::Environment, "environment", ValueKind::Word, kWordOperators,
              "Where the run ran"),
        field(FieldId::Trigger, "trigger", ValueKind::Word, kWordOperators, "What started the run"),
        field(FieldId::Tag, "tag", ValueKind::Word, kWordOperators, "One of the run's tags"),
        field(FieldId::Session, "session", ValueKind::Word, kWordOperators, "The run's session"),
        field(FieldId::Run, "run", ValueKind::Word, kEnumOperators, "The run's id"),
        enumeration(FieldId::RunStatus, "status", runStatuses(), "How the run stands"),
        field(FieldId::RunDuration, "duration", ValueKind::Duration, kOrderOperators,
              "How long the run took"),
        field(FieldId::RunStarted, "started", ValueKind::Time, kTimeOperators,
              "When the run started"),
        field(FieldId::RunEnded, "ended", ValueKind::Time, kTimeOperators, "When the run ended"),
        field(FieldId::RunError, "error", ValueKind::Presence, {Operator::Exists},
              "The run or one of its steps has an error"),
        field(FieldId::StepCount, "step_count", ValueKind::Number, kOrderOperators,
              "How many steps the run has"),
        field(FieldId::ErrorCount, "error_count", ValueKind::Number, kOrderOperators,
              "How many errors the run has"),
    };
    for (FieldInfo &info : fields) {
        if (info.id >= FieldId::RunStatus)
            info.word.prepend(prefix);
    }
    return fields;
}

FieldInfo textField(const char *help)
{
    return field(FieldId::Text, "text", ValueKind::Word, {Operator::Contains}, help);
}

FieldInfo path(FieldId id, const char *word, const char *help)
{
    return field(id, word, ValueKind::Anything, kAllOperators, help);
}

template<class List>
void append(std::vector<FieldInfo> &fields, const List &more)
{
    fields.insert(fields.end(), more.begin(), more.end());
}

std::vector<FieldInfo> allOfSteps()
{
    std::vector<FieldInfo> fields = stepFields();
    append(fields, runFields(QStringLiteral("run.")));
    append(fields, std::vector{
                       textField("Some text in the step's input, output or reasoning"),
                       field(FieldId::Metric, "metric.", ValueKind::Number, kOrderOperators,
                             "A number the step logged; the name alone will do"),
                       path(FieldId::Input, "input.", "A value of the step's input"),
                       path(FieldId::Output, "output.", "A value of the step's output"),
                       path(FieldId::Reasoning, "reasoning.", "A value of the step's reasoning"),
                       path(FieldId::Metadata, "metadata.", "A value of the run's metadata"),
                   });
    return fields;
}

std::vector<FieldInfo> allOfRuns()
{
    std::vector<FieldInfo> fields = runFields({});
    append(fields, std::vector{
                       textField("Some text in a step of the run, or in its metadata"),
                       path(FieldId::Metadata, "metadata.", "A value of the run's metadata"),
                   });
    for (FieldInfo &info : fields)
        info.of = Subject::Runs;
    return fields;
}

const FieldInfo *find(FieldId id, Subject subject)
{
    const auto &fields = fieldsOf(subject);
    const auto found = std::ranges::find(fields, id, &FieldInfo::id);
    return found == fields.end() ? nullptr : &*found;
}

/// Some words have a second spelling: "run.status" of a run query is its status.
const FieldInfo *findWord(const QString &word, Subject subject)
{
    const QString runPrefix = QStringLiteral("run.");
    const bool spare = subject == Subject::Runs && word.startsWith(runPrefix);
    const QString known = spare ? word.mid(runPrefix.size()) : word;
    const auto &fields = fieldsOf(subject);
    const auto found = std::ranges::find_if(fields, [&](const FieldInfo &info) {
        return info.word == known && (!spare || info.id >= FieldId::RunStatus);
    });
    return found == fields.end() ? nullptr : &*found;
}

std::optional<Field> namedField(const QString &word, Subject subject)
{
    for (const FieldInfo &info : fieldsOf(subject)) {
        if (isNamed(info.id) && word.size() > info.word.size() && word.startsWith(info.word))
            return Field{info.id, word.mid(info.word.size())};
    }
    return std::nullopt;
}

/// Written without quotes and without its prefix it is read as this metric again.
bool isBareMetric(const QString &name)
{
    return isBareName(name) && !isReserved(name) &&
           fieldOfWord(name, Subject::Steps) == Field{FieldId::Metric, name};
}

QString writtenName(const QString &name)
{
    return isBareName(name) ? name : quoted(name);
}

constexpr std::array kOperatorWords = {"=", "!=", "<", "<=", ">", ">=", "in", ":", "~", "exists"};

} // namespace

const std::vector<FieldInfo> &fieldsOf(Subject subject)
{
    static const std::vector<FieldInfo> steps = allOfSteps();
    static const std::vector<FieldInfo> runs = allOfRuns();
    return subject == Subject::Steps ? steps : runs;
}

const FieldInfo &infoOf(FieldId id, Subject subject)
{
    const FieldInfo *info = find(id, subject);
    return info ? *info : *find(id, Subject::Steps);
}

QString wordOf(Operator op)
{
    return QLatin1String(kOperatorWords[static_cast<std::size_t>(op)]);
}

QString wordOf(const Field &field, Subject subject)
{
    if (field.id == FieldId::Metric && isBareMetric(field.name))
        return field.name;
    const QString &word = infoOf(field.id, subject).word;
    return isNamed(field.id) ? word + writtenName(field.name) : word;
}

std::optional<Field> fieldOfWord(const QString &word, Subject subject)
{
    const FieldInfo *info = findWord(word, subject);
    if (info && !isNamed(info->id))
        return Field{info->id, {}};
    if (auto named = namedField(word, subject))
        return named;
    const bool isMetric = subject == Subject::Steps && !word.isEmpty();
    return isMetric ? std::optional(Field{FieldId::Metric, word}) : std::nullopt;
}

std::optional<Operator> operatorOfSymbol(QStringView symbol)
{
    if (symbol == u"==")
        return Operator::Equal;
    const auto found = std::ranges::find_if(
        kOperatorWords, [&](const char *word) { return symbol == QLatin1String(word); });
    return found == kOperatorWords.end() ? std::nullopt
                                         : std::optional(Operator(found - kOperatorWords.begin()));
}

bool isNamed(FieldId id)
{
    return id >= FieldId::Metric;
}

bool isPath(FieldId id)
{
    return id >= FieldId::Input;
}

QStringList fieldWords(Subject subject)
{
    QStringList words;
    for (const FieldInfo &info : fieldsOf(subject)) {
        if (!isNamed(info.id))
            words += info.word;
    }
    return words;
}

} // namespace xray::query
