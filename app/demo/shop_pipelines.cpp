// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/json_builder.h"
#include "app/demo/pipelines.h"

#include <algorithm>
#include <array>

namespace xray::app {

namespace {

struct Rule
{
    const char *name;
    const char *reason;
};

constexpr std::array<Rule, 5> kRules{{
    {"price_range", "Price is outside 0.5 to 2 times the reference price."},
    {"rating_min", "Fewer than 20 ratings, or below 3.5 stars."},
    {"category_mismatch", "Belongs to another category than the reference."},
    {"duplicate", "Same article as a candidate further up."},
    {"brand_exclude", "Own brand: never a competitor of itself."},
}};

constexpr std::array kMarketplaces{"north", "central", "south", "outlet", "auctions"};
constexpr double kOutlierChance = 0.01;

QByteArray itemId(int n)
{
    return "B0" + QByteArray::number(7'341'000 + 37 * n);
}

JsonText candidateList(const Topic &topic, int count)
{
    JsonArray list;
    for (int i = 0; i < count; ++i)
        list.text(candidateName(topic, i));
    return list.toJson();
}

/// How many of `total` a filter keeps: most keep about half, one in a hundred nearly nothing.
int keptOf(Random &random, int total)
{
    const bool outlier = random.chance(kOutlierChance);
    const double eliminated = outlier ? random.between(0.90, 0.98) : random.between(0.2, 0.62);
    return std::max(1, qRound(total * (1 - eliminated)));
}

JsonText decision(Random &random, const Topic &topic, int n, int kept)
{
    JsonObject object;
    object.text("item", candidateName(topic, n)).text("item_id", itemId(n));
    if (n < kept) {
        object.text("action", "kept").number("score", score(random.between(0.55, 0.98)));
    } else {
        const Rule &rule = random.oneOf(kRules);
        object.text("action", "dropped").number("score", score(random.between(0.05, 0.6)));
        object.text("rule", rule.name).text("reason", rule.reason);
    }
    return object.toJson();
}

StepSpec relevanceFilter(Random &random, const Topic &topic, int total, int kept)
{
    JsonArray decisions;
    for (int i = 0; i < total; ++i)
        decisions.json(decision(random, topic, i, kept));
    const double eliminated = 100.0 * (total - kept) / total;
    JsonObject reasoning;
    reasoning.text("reasoning", "Kept what a buyer of '" + QByteArray(topic.title) +
                                    "' would accept instead; see the decisions.");
    reasoning.number("percentage_eliminated", qRound(eliminated * 10) / 10.0);
    reasoning.number("confidence", score(random.around(0.84, 0.05)));
    reasoning.json("decisions", decisions.toJson());
    return {.name = "filter_relevance",
            .type = StepType::Filter,
            .durationMs = random.between(300.0, 1'400.0),
            .input =
                JsonObject().number("total_candidates", total).text("query", topic.query).toJson(),
            .output = JsonObject()
                          .number("remaining_candidates", kept)
                          .json("remaining", candidateList(topic, kept))
                          .toJson(),
            .reasoning = reasoning.toJson()};
}

StepSpec ranking(Random &random, const Topic &topic, int count)
{
    JsonArray order;
    double value = random.between(0.86, 0.97);
    const double first = value;
    for (int i = 0; i < std::min(count, 8); ++i) {
        order.json(JsonObject()
                       .text("item", candidateName(topic, i))
                       .number("rank", i + 1)
                       .number("score", score(value))
                       .toJson());
        value -= random.between(0.02, 0.09);
    }
    return {.name = "rank_candidates",
            .type = StepType::Ranking,
            .durationMs = random.between(120.0, 520.0),
            .input = JsonObject().number("candidates", count).toJson(),
            .output = JsonObject().json("ranking", order.toJson()).toJson(),
            .reasoning = JsonObject()
                             .number("score", score(first))
                             .number("confidence", score(random.around(0.8, 0.08)))
                             .text("reasoning", "Weighted relevance, price distance and rating.")
                             .toJson()};
}

StepSpec selectWinner(Random &random, const Topic &topic, int kept)
{
    const bool second = kept > 1 && random.chance(0.3);
    const QByteArray winner = candidateName(topic, second ? 1 : 0);
    return {.name = "select_winner",
            .type = StepType::Analysis,
            .durationMs = random.between(60.0, 240.0),
            .input = JsonObject().number("considered", std::min(kept, 3)).toJson(),
            .output =
                JsonObject().text("selected", winner).text("category", topic.category).toJson(),
            .reasoning = JsonObject()
                             .text("reasoning", "'" + winner + "' is closest in use and price.")
                             .number("confidence", score(random.around(0.82, 0.06)))
                             .toJson()};
}

StepSpec keywords(Random &random, const Topic &topic)
{
    const JsonText words =
        JsonArray().text(topic.query).text(topic.title).text(topic.category).toJson();
    return llmStep(random, "generate_keywords", JsonObject().text("title", topic.title).toJson(),
                   JsonObject().json("keywords", words).toJson(), random.around(0.86, 0.04),
                   "Used the title, its category and the usual synonyms.");
}

StepSpec search(Random &random, const Topic &topic, int found)
{
    return {.name = "search_products",
            .type = StepType::Api,
            .durationMs = random.between(180.0, 900.0),
            .input = JsonObject().text("query", topic.query).number("limit", 50).toJson(),
            .output = JsonObject()
                          .number("found", found)
                          .json("candidates", candidateList(topic, found))
                          .toJson(),
            .reasoning = JsonObject().number("http_status", 200).toJson()};
}

/// A first try that fails; the pipeline tries again after it.
void failedTry(RunBuilder &run, Random &random, StepSpec attempt)
{
    attempt.status = StepStatus::Failed;
    attempt.output.clear();
    attempt.reasoning = JsonObject().number("attempt", 1).toJson();
    const StepId id = run.step(attempt);
    run.error(id, someFailure(random, attempt.name));
}

StepSpec marketplaceSearch(Random &random, const Topic &topic, const char *name, double durationMs)
{
    return {.name = QByteArray("search_") + name,
            .type = StepType::Api,
            .durationMs = durationMs,
            .input = JsonObject().text("marketplace", name).text("query", topic.query).toJson(),
            .output = JsonObject().number("found", random.between(3, 14)).toJson(),
            .reasoning = JsonObject().number("http_status", 200).toJson()};
}

/// All marketplaces at once, inside one step; sometimes one of them does not answer.
void searchMarketplaces(RunBuilder &run, Random &random, const Topic &topic, int found)
{
    const double whole = random.between(700, 2'200);
    const StepId parent =
        run.step({.name = "search_marketplaces",
                  .type = StepType::Api,
                  .durationMs = whole,
                  .input = JsonObject().text("query", topic.query).toJson(),
                  .output = JsonObject().number("total_candidates", found).toJson(),
                  .reasoning = JsonObject().number("marketplaces", kMarketplaces.size()).toJson()});
    for (const char *marketplace : kMarketplaces) {
        const double offset = random.between(2.0, 40.0);
        StepSpec child =
            marketplaceSearch(random, topic, marketplace, random.between(0.3, 0.9) * whole);
        const bool fails = random.chance(0.015);
        if (fails)
            child.status = StepStatus::Failed;
        const StepId id = run.childStep(parent, offset, child);
        if (fails)
            run.error(id, someFailure(random, child.name));
    }
}

/// This team logs counts and leaves the percentage to be derived.
StepSpec candidateFilter(Random &random, int total, int kept)
{
    return {.name = "filter_candidates",
            .type = StepType::Filter,
            .durationMs = random.between(30.0, 180.0),
            .input = JsonObject().number("total_candidates", total).toJson(),
            .output = JsonObject().number("remaining_candidates", kept).toJson(),
            .reasoning = JsonObject()
                             .text("reason", "Dropped offers without stock, and sellers with fewer "
                                             "than 100 sales.")
                             .number("threshold", 0.35)
                             .toJson()};
}

StepSpec enrich(Random &random, int count)
{
    return {.name = "analyse_prices",
            .type = StepType::Analysis,
            .durationMs = random.between(90.0, 400.0),
            .input = JsonObject().number("candidates", count).toJson(),
            .output = JsonObject().number("median_price", random.between(15, 90)).toJson(),
            .reasoning = JsonObject()
                             .json("price", JsonObject()
                                                .number("spread", score(random.unit()))
                                                .number("outliers", random.between(0, 3))
                                                .toJson())
                             .toJson()};
}

} // namespace

std::vector<Event> competitorSelection(const RunPlan &plan)
{
    Random &random = plan.random;
    const Topic &topic = random.oneOf(topics());
    const int found = random.between(12, 50);
    const int kept = keptOf(random, found);
    RunBuilder run(random, "competitor_selection", plan.startedAt);
    dress(run.run(), random);
    run.run().metadata = JsonObject().text("query", topic.query).text("locale", "en_US").toJson();
    run.step(keywords(random, topic));
    if (random.chance(0.04))
        failedTry(run, random, search(random, topic, found));
    run.step(search(random, topic, found));
    if (random.chance(0.02)) {
        failedTry(run, random, relevanceFilter(random, topic, found, kept));
        return run.ended(RunStatus::Failed);
    }
    run.step(relevanceFilter(random, topic, found, kept));
    run.step(ranking(random, topic, kept));
    run.step(selectWinner(random, topic, kept));
    return run.ended(RunStatus::Completed);
}

std::vector<Event> competitorDiscovery(const RunPlan &plan)
{
    Random &random = plan.random;
    const Topic &topic = random.oneOf(topics());
    const int found = random.between(20, 60);
    const int kept = keptOf(random, found);
    RunBuilder run(random, "competitor_discovery", plan.startedAt);
    dress(run.run(), random);
    run.step(keywords(random, topic));
    searchMarketplaces(run, random, topic, found);
    run.step(candidateFilter(random, found, kept));
    run.step(enrich(random, kept));
    if (random.chance(0.03)) {
        failedTry(run, random, ranking(random, topic, kept));
        return run.ended(RunStatus::Failed);
    }
    run.step(ranking(random, topic, kept));
    run.step(selectWinner(random, topic, kept));
    return run.ended(RunStatus::Completed);
}

} // namespace xray::app
