// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/rules.h"

#include "model/otlp/json_value.h"

#include <QJsonDocument>

#include <algorithm>

namespace xray::otlp {

namespace {

Error invalid(const QString &field, const QString &message)
{
    return {ErrorCode::InvalidValue, message, field};
}

QString textIn(const Value &object, const char *key)
{
    return QString::fromUtf8(bytesOf(object[key]));
}

/// Only the members that are named, so that a slip of the pen is noticed.
Result<> checkMembers(const Value &object, std::initializer_list<std::string_view> allowed,
                      const QString &where)
{
    if (!isObject(object))
        return invalid(where, QStringLiteral("%1 must be an object.").arg(where));
    Result<> fine = Success{};
    forEachMember(object, [&](std::string_view key, const Value &) {
        if (fine && std::find(allowed.begin(), allowed.end(), key) == allowed.end())
            fine = invalid(where, QStringLiteral("%1 has no member \"%2\".")
                                      .arg(where, QString::fromUtf8(viewOf(key))));
    });
    return fine;
}

/// The members of a rule, which are all texts.
Result<> checkRule(const Value &rule, std::initializer_list<std::string_view> allowed,
                   const QString &where)
{
    Result<> fine = checkMembers(rule, allowed, where);
    forEachMember(rule, [&](std::string_view key, const Value &value) {
        const QString place = where + QLatin1Char('.') + QString::fromUtf8(viewOf(key));
        if (fine && !textOf(value))
            fine = invalid(place, QStringLiteral("%1 must be a text.").arg(place));
    });
    return fine;
}

Result<SpanPattern> readPattern(const Value &rule, const QString &where)
{
    SpanPattern pattern;
    pattern.name.setPattern(textIn(rule, "span"));
    if (!pattern.name.isValid())
        return invalid(where + QStringLiteral(".span"),
                       QStringLiteral("%1.span is no regular expression: %2.")
                           .arg(where, pattern.name.errorString()));
    pattern.name.optimize();
    if (exists(rule["kind"])) {
        pattern.role = spanRoleFromWord(textOf(rule["kind"]).value_or(std::string_view{}));
        if (!pattern.role)
            return invalid(where + QStringLiteral(".kind"),
                           QStringLiteral("%1.kind must be one of LLM, EMBEDDING, TOOL, RETRIEVER, "
                                          "HTTP, DB, RERANKER, GUARDRAIL, EVALUATOR, PROMPT, "
                                          "CHAIN, AGENT, UNKNOWN.")
                               .arg(where));
    }
    pattern.service = bytesOf(rule["service"]);
    return pattern;
}

Result<TypeRule> readTypeRule(const Value &rule, const QString &where)
{
    if (auto fine = checkRule(rule, {"span", "kind", "service", "type"}, where); !fine)
        return fine.error();
    auto pattern = readPattern(rule, where);
    if (!pattern)
        return pattern.error();
    const auto type = stepTypeFromWord(textOf(rule["type"]).value_or(std::string_view{}));
    if (!type)
        return invalid(where + QStringLiteral(".type"),
                       QStringLiteral("%1.type must be one of llm, api, filter, ranking, analysis, "
                                      "other.")
                           .arg(where));
    return TypeRule{*std::move(pattern), *type};
}

Result<NameRule> readNameRule(const Value &rule, const QString &where)
{
    if (auto fine = checkRule(rule, {"span", "kind", "service", "name"}, where); !fine)
        return fine.error();
    auto pattern = readPattern(rule, where);
    if (!pattern)
        return pattern.error();
    if (textIn(rule, "span").isEmpty() || textIn(rule, "name").isEmpty())
        return invalid(where, QStringLiteral("%1 needs \"span\", the pattern to replace, and "
                                             "\"name\", what takes its place.")
                                  .arg(where));
    return NameRule{*std::move(pattern), textIn(rule, "name")};
}

Result<MetricRule> readMetricRule(const Value &rule, const QString &where)
{
    if (auto fine = checkRule(rule, {"attribute", "metric"}, where); !fine)
        return fine.error();
    MetricRule read{bytesOf(rule["attribute"]), bytesOf(rule["metric"])};
    if (read.attribute.isEmpty() || !textOf(rule["metric"]))
        return invalid(where, QStringLiteral("%1 needs \"attribute\" and \"metric\" (\"\" when it "
                                             "is none).")
                                  .arg(where));
    return read;
}

/// The rules of one list; the first that cannot be read ends it.
template<class Rule, class Read>
Result<std::vector<Rule>> readList(const Value &root, const char *key, Read read)
{
    std::vector<Rule> rules;
    std::optional<Error> problem;
    const QString name = QLatin1String(key);
    if (exists(root[key]) && !isArray(root[key]))
        return invalid(name, QStringLiteral("%1 must be an array.").arg(name));
    forEachElement(root[key], [&](const Value &element) {
        if (problem)
            return;
        auto rule = read(element, QStringLiteral("%1[%2]").arg(name).arg(rules.size()));
        if (rule)
            rules.push_back(*std::move(rule));
        else
            problem = std::move(rule).error();
    });
    if (problem)
        return *std::move(problem);
    return rules;
}

Result<MappingRules> readRoot(const Value &root)
{
    const QString where = QStringLiteral("The file");
    if (auto fine =
            checkMembers(root, {"$schema", "types", "steps", "pipelines", "metrics"}, where);
        !fine)
        return fine.error();
    auto types = readList<TypeRule>(root, "types", readTypeRule);
    auto steps = readList<NameRule>(root, "steps", readNameRule);
    auto pipelines = readList<NameRule>(root, "pipelines", readNameRule);
    auto metrics = readList<MetricRule>(root, "metrics", readMetricRule);
    if (!types)
        return types.error();
    if (!steps)
        return steps.error();
    if (!pipelines)
        return pipelines.error();
    if (!metrics)
        return metrics.error();
    return MappingRules{*std::move(types), *std::move(steps), *std::move(pipelines),
                        *std::move(metrics)};
}

/// With the line, which simdjson does not tell.
Error notJson(QByteArrayView json)
{
    QJsonParseError problem;
    const QByteArray text = json.toByteArray();
    (void)QJsonDocument::fromJson(text, &problem);
    const int line = int(text.left(problem.offset).count('\n')) + 1;
    return {ErrorCode::InvalidJson,
            QStringLiteral("Line %1 is no JSON: %2.").arg(line).arg(problem.errorString()),
            {},
            line};
}

} // namespace

Result<MappingRules> readRules(QByteArrayView json)
{
    if (json.trimmed().isEmpty())
        return MappingRules{};
    TextReader reader;
    const Value root =
        reader.read(std::string_view(json.data(), static_cast<std::size_t>(json.size())));
    if (!exists(root))
        return notJson(json);
    return readRoot(root);
}

} // namespace xray::otlp
