// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/decisions.h"

#include "model/otlp/span_body.h"

#include <QSet>

#include <algorithm>
#include <array>

namespace xray::otlp {

namespace {

using Keys = std::initializer_list<const char *>;

constexpr qsizetype kMaxItemName = 200; // bytes
constexpr Keys kIdKeys{"id",     "item_id",     "asin",       "sku",
                       "doc_id", "document_id", "product_id", "url"};
constexpr Keys kNameKeys{"title", "name", "item", "text", "content", "page_content"};
constexpr Keys kScoreKeys{"score",          "total_score", "relevance_score",
                          "relevanceScore", "similarity",  "confidence"};
constexpr Keys kVerdictKeys{"passed",  "kept",        "keep",    "relevant",
                            "allowed", "is_relevant", "selected"};
constexpr Keys kReasonKeys{"reason", "reasoning", "explanation"};
constexpr Keys kRuleKeys{"rule", "filter", "rejected_by"};
constexpr Keys kCheckKeys{"filters", "checks", "rules"};
constexpr Keys kListsIn{"candidates", "documents", "items", "products", "results", "docs", "input"};
constexpr Keys kListsOut{"kept",    "selected", "remaining", "ranked", "candidates", "documents",
                         "results", "items",    "products",  "output", "docs"};
constexpr Keys kSingleItems{"candidate", "item", "document", "product", "title", "text"};

QByteArray shortened(QByteArray name)
{
    if (name.size() <= kMaxItemName)
        return name;
    qsizetype end = kMaxItemName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80)
        --end;
    return name.left(end) + "…";
}

/// The first of the keys whose value is a text or a number, as text.
QByteArray firstText(const Value &object, Keys keys)
{
    for (const char *key : keys) {
        const Value value = object[key];
        if (const auto text = textOf(value); text && !text->empty())
            return viewOf(*text).toByteArray();
        if (numberOf(value))
            return jsonOf(value);
    }
    return {};
}

std::optional<double> firstNumber(const Value &object, Keys keys)
{
    for (const char *key : keys) {
        if (const auto number = numberOrNumeral(object[key]))
            return number;
    }
    return std::nullopt;
}

std::optional<bool> firstTruth(const Value &object, Keys keys)
{
    for (const char *key : keys) {
        if (const auto truth = truthOf(object[key]))
            return truth;
    }
    return std::nullopt;
}

/// The score in a document's metadata, an object or its JSON.
std::optional<double> scoreInMetadata(const Value &document)
{
    TextReader reader;
    const auto text = textOf(document["metadata"]);
    return firstNumber(text ? reader.read(*text) : document["metadata"], kScoreKeys);
}

/// The array, or the first of the object's members of those names that is one.
Value listIn(const Value &payload, Keys keys)
{
    for (const char *key : keys) {
        if (isArray(payload[key]))
            return payload[key];
    }
    return isArray(payload["value"]) ? payload["value"] : Value(simdjson::NO_SUCH_FIELD);
}

std::vector<Document> documentsOf(const Value &list)
{
    std::vector<Document> documents;
    forEachElement(list, [&](const Value &item) { documents.push_back(documentOf(item)); });
    return documents;
}

/// The list that a step was given: in its input, or in one of the arguments of the function that
/// Traceloop wrote down.
Value givenList(const Value &input)
{
    for (const Value &place : {input, input["kwargs"]}) {
        if (const Value list = listIn(place, kListsIn); exists(list))
            return list;
    }
    if (isArray(input["kwargs"]))
        return input["kwargs"];
    Value given(simdjson::NO_SUCH_FIELD);
    forEachElement(input["args"], [&](const Value &argument) {
        if (!exists(given) && isArray(argument))
            given = argument;
    });
    return given;
}

/// What tells an item from others.
const QByteArray &identityOf(const Document &document)
{
    return document.id.isEmpty() ? document.name : document.id;
}

bool areIdentified(const std::vector<Document> &documents)
{
    return !documents.empty() && std::ranges::none_of(documents, [](const Document &document) {
        return identityOf(document).isEmpty();
    });
}

QSet<QByteArray> identitiesOf(const std::vector<Document> &documents)
{
    QSet<QByteArray> identities;
    for (const Document &document : documents)
        identities.insert(identityOf(document));
    return identities;
}

/// Names of items that only came in with their ids.
void fillNames(std::vector<Document> &out, const std::vector<Document> &in)
{
    QHash<QByteArray, QByteArray> names;
    for (const Document &document : in)
        names.insert(identityOf(document), document.name);
    for (Document &document : out) {
        if (document.name.isEmpty())
            document.name = names.value(identityOf(document));
    }
}

/// The checks that an item did not pass: "price+rating".
QByteArray failedChecks(const Value &item)
{
    QByteArray failed;
    for (const char *key : kCheckKeys) {
        forEachMember(item[key], [&](std::string_view name, const Value &passed) {
            if (truthOf(passed).value_or(true))
                return;
            failed += failed.isEmpty() ? "" : "+";
            failed += viewOf(name);
        });
    }
    return failed;
}

DecisionAction actionOf(const std::optional<bool> &passed)
{
    return passed.value_or(false) ? DecisionAction::Kept : DecisionAction::Dropped;
}

Decision verdictOn(Document item, DecisionAction action, const Value &said)
{
    Decision decision;
    decision.item = std::move(item);
    decision.action = action;
    decision.reason = firstText(said, kReasonKeys);
    decision.rule = firstText(said, kRuleKeys);
    if (decision.rule.isEmpty() && action == DecisionAction::Dropped)
        decision.rule = failedChecks(said);
    return decision;
}

/// The list in which each item says whether it passed, if there is one.
std::optional<Selection> judgedItems(const Value &output)
{
    std::optional<Selection> found;
    forEachMember(output, [&](std::string_view, const Value &list) {
        Selection selection{{}, 0, 0};
        bool isJudged = isArray(list);
        forEachElement(list, [&](const Value &item) {
            const auto passed = firstTruth(item, kVerdictKeys);
            const Document document = documentOf(item);
            isJudged = isJudged && passed && !identityOf(document).isEmpty();
            if (!isJudged)
                return;
            ++*selection.total;
            *selection.remaining += *passed ? 1 : 0;
            selection.decisions.push_back(verdictOn(document, actionOf(passed), item));
        });
        const bool saysMore = !found || *selection.total > *found->total;
        if (isJudged && *selection.total > 0 && saysMore)
            found = std::move(selection);
    });
    return found;
}

/// A filter of one item: the output says whether the input passes.
std::optional<Selection> judgedItem(const Value &input, const Value &output, TextReader &reader)
{
    const auto passed = firstTruth(output, kVerdictKeys);
    if (!passed)
        return std::nullopt;
    for (const char *key : kSingleItems) {
        const Value item = input[key];
        const auto text = textOf(item);
        const Value parsed = text ? reader.read(*text) : item;
        Document document = documentOf(isObject(parsed) ? parsed : item);
        if (identityOf(document).isEmpty())
            continue;
        document.score = firstNumber(output, kScoreKeys);
        return Selection{{verdictOn(std::move(document), actionOf(passed), output)}, {}, {}};
    }
    return std::nullopt;
}

Selection comparedLists(StepType type, const Value &input, const Value &output)
{
    const std::vector<Document> in = documentsOf(givenList(input));
    const std::vector<Document> out = documentsOf(listIn(output, kListsOut));
    if (!areIdentified(in) || !(areIdentified(out) || isArray(listIn(output, kListsOut))))
        return {};
    Selection selection = selectionOf(in, out);
    if (type == StepType::Filter) {
        for (Decision &decision : selection.decisions) {
            if (decision.action == DecisionAction::Selected)
                decision.action = DecisionAction::Kept;
            decision.rank = 0;
        }
    }
    return selection;
}

void appendMember(ObjectWriter &out, const char *key, std::optional<double> number)
{
    if (!number)
        return;
    QByteArray text;
    appendJsonNumber(text, *number);
    out.raw(key, text);
}

JsonText decisionText(const Decision &decision)
{
    constexpr std::array<const char *, 3> actions{"kept", "dropped", "selected"};
    ObjectWriter out;
    out.text("item", decision.item.name.isEmpty() ? decision.item.id : decision.item.name);
    out.text("item_id", decision.item.id);
    out.text("action", actions[std::size_t(decision.action)]);
    appendMember(out, "score", decision.item.score);
    out.number("rank", decision.rank);
    out.text("rule", decision.rule);
    out.text("reason", decision.reason);
    return out.take();
}

} // namespace

std::optional<double> Selection::percentageEliminated() const
{
    if (!total || !remaining || *total == 0 || *remaining > *total)
        return std::nullopt;
    return 100.0 * double(*total - *remaining) / double(*total);
}

Selection selectionOf(const std::vector<Document> &in, const std::vector<Document> &out)
{
    Selection selection;
    std::vector<Document> named = out;
    fillNames(named, in);
    for (Document &document : named)
        selection.decisions.push_back({std::move(document),
                                       DecisionAction::Selected,
                                       qint64(selection.decisions.size()) + 1,
                                       {},
                                       {}});
    if (in.empty())
        return selection;
    const QSet<QByteArray> kept = identitiesOf(out);
    for (const Document &document : in) {
        if (!kept.contains(identityOf(document)))
            selection.decisions.push_back({document, DecisionAction::Dropped, 0, {}, {}});
    }
    selection.total = qint64(in.size());
    selection.remaining = qint64(out.size());
    return selection;
}

Selection selectionOf(StepType type, const Value &input, const Value &output)
{
    TextReader reader;
    if (type == StepType::Filter) {
        if (auto judged = judgedItems(output))
            return *std::move(judged);
        if (auto judged = judgedItem(input, output, reader))
            return *std::move(judged);
    }
    return comparedLists(type, input, output);
}

Document documentOf(const Value &item)
{
    if (const auto text = textOf(item))
        return {{}, shortened(viewOf(*text).toByteArray()), {}};
    const auto score = firstNumber(item, kScoreKeys);
    return {firstText(item, kIdKeys), shortened(firstText(item, kNameKeys)),
            score ? score : scoreInMetadata(item)};
}

JsonText decisionsText(const std::vector<Decision> &decisions)
{
    JsonText out;
    const std::size_t count = std::min(decisions.size(), kMaxDecisions);
    for (std::size_t i = 0; i < count; ++i) {
        out += out.isEmpty() ? '[' : ',';
        out += decisionText(decisions[i]);
    }
    if (!out.isEmpty())
        out += ']';
    return out;
}

} // namespace xray::otlp
