// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/incident.h"

#include "app/demo/json_builder.h"

#include <array>

namespace xray::app {

namespace {

constexpr int kBrandExcluded = 31;
constexpr int kPriceExcluded = 14;

constexpr const char *kReason =
    "Excluded item 'MacBook Stand' because it contains 'Apple' keyword.";

/// What the filter let through, in the order the ranking then chose.
constexpr std::array kKept{"Phone case, shockproof", "Tablet sleeve, grey", "Cable organiser",
                           "Laptop sticker set", "Screen cleaning kit"};
constexpr std::array kMakers{"Nordia", "Halden", "Tokkai", "Oakline", "Vantero", "Lumo"};
constexpr std::array kModels{"MacBook Air", "MacBook Pro 14", "MacBook Pro 16", "iPad", "iMac"};
constexpr std::array kMaterials{"walnut", "carbon", "marble", "titanium", "oak", "brass", "glass"};

struct Candidate
{
    QByteArray name;
    const char *rule = nullptr; ///< none when kept
    QByteArray reason;
    double score;
};

Candidate brandExcluded(Random &random, std::size_t n)
{
    const QByteArray name = n == 0
                                ? QByteArray("MacBook Stand")
                                : QByteArray(kMakers[n % kMakers.size()]) + " laptop stand for " +
                                      kModels[n / kMakers.size() % kModels.size()];
    const double relevance = n == 0 ? 0.93 : random.between(0.71, 0.92);
    return {name, "brand_exclude", "contains 'Apple' keyword", score(relevance)};
}

Candidate priceExcluded(Random &random, std::size_t n)
{
    const int price = random.between(95, 240);
    return {QByteArray("Laptop stand, ") + kMaterials[n % kMaterials.size()] +
                (n < kMaterials.size() ? ", handmade" : ", limited edition"),
            "price_range", "$" + QByteArray::number(price) + " is outside $20 to $80",
            score(random.between(0.6, 0.85))};
}

/// All 50, the kept ones strewn among them.
std::vector<Candidate> candidates(Random &random)
{
    std::vector<Candidate> all;
    for (std::size_t n = 0; n < kBrandExcluded; ++n) {
        all.push_back(brandExcluded(random, n));
        if (n % 2 == 1 && n / 2 < kPriceExcluded)
            all.push_back(priceExcluded(random, n / 2));
        if (n % 6 == 1 && n / 6 < kKept.size())
            all.push_back({kKept[n / 6], nullptr, {}, score(random.between(0.31, 0.44))});
    }
    return all;
}

JsonText namesOf(const std::vector<Candidate> &candidates)
{
    JsonArray names;
    for (const Candidate &candidate : candidates)
        names.text(candidate.name);
    return names.toJson();
}

JsonText decisionsOn(const std::vector<Candidate> &candidates)
{
    JsonArray decisions;
    for (const Candidate &candidate : candidates) {
        JsonObject decision;
        decision.text("item", candidate.name);
        decision.text("action", candidate.rule ? "dropped" : "kept");
        decision.number("score", candidate.score);
        if (candidate.rule)
            decision.text("rule", candidate.rule).text("reason", candidate.reason);
        decisions.json(decision.toJson());
    }
    return decisions.toJson();
}

StepSpec searchProducts(const std::vector<Candidate> &found)
{
    return {.name = "search_products",
            .type = StepType::Api,
            .durationMs = 452,
            .input =
                JsonObject().text("title", "Laptop Stand").text("query", "laptop stand").toJson(),
            .output = JsonObject()
                          .number("found", static_cast<double>(found.size()))
                          .json("candidates", namesOf(found))
                          .toJson(),
            .reasoning = JsonObject().number("http_status", 200).toJson()};
}

StepSpec filterRelevance(const std::vector<Candidate> &found)
{
    JsonArray remaining;
    for (const char *name : kKept)
        remaining.text(name);
    JsonObject reasoning;
    reasoning.text("reasoning", kReason);
    reasoning.number("percentage_eliminated", 90).number("confidence", 0.41);
    reasoning.json("rules_applied", JsonArray().text("brand_exclude").text("price_range").toJson());
    reasoning.text("prompt",
                   "You judge whether a product is relevant to a buyer of 'Laptop Stand'. "
                   "Answer with kept or dropped, a rule and a reason.");
    reasoning.json("decisions", decisionsOn(found));
    return {.name = "filter_relevance",
            .type = StepType::Filter,
            .durationMs = 1'060,
            .input = JsonObject()
                         .text("title", "Laptop Stand")
                         .number("total_candidates", static_cast<double>(found.size()))
                         .json("candidates", namesOf(found))
                         .toJson(),
            .output = JsonObject()
                          .number("remaining_candidates", kKept.size())
                          .json("remaining", remaining.toJson())
                          .toJson(),
            .reasoning = reasoning.toJson()};
}

StepSpec rankCandidates()
{
    JsonArray order;
    double value = 0.44;
    for (std::size_t i = 0; i < kKept.size(); ++i) {
        order.json(JsonObject()
                       .text("item", kKept[i])
                       .number("rank", static_cast<double>(i + 1))
                       .number("score", score(value))
                       .toJson());
        value -= 0.03;
    }
    return {.name = "rank_candidates",
            .type = StepType::Ranking,
            .durationMs = 388,
            .input = JsonObject().number("candidates", kKept.size()).toJson(),
            .output = JsonObject().json("ranking", order.toJson()).toJson(),
            .reasoning = JsonObject()
                             .number("score", 0.44)
                             .number("confidence", 0.36)
                             .text("reasoning", "Best rating among the five that were left.")
                             .toJson()};
}

StepSpec selectWinner()
{
    return {.name = "select_winner",
            .type = StepType::Analysis,
            .durationMs = 140,
            .input = JsonObject().number("considered", kKept.size()).toJson(),
            .output = JsonObject().text("selected", kKept.front()).toJson(),
            .reasoning = JsonObject()
                             .text("reasoning", "First of the ranking.")
                             .number("confidence", 0.52)
                             .toJson()};
}

} // namespace

std::vector<Event> incident(const RunPlan &plan)
{
    const std::vector<Candidate> found = candidates(plan.random);
    RunBuilder run(plan.random, "competitor_selection", plan.startedAt);
    run.run().environment = QByteArray("prod");
    run.run().trigger = QByteArray(R"("api")");
    run.run().metadata =
        JsonObject().text("query", "laptop stand").text("locale", "en_US").toJson();
    StepSpec keywords = llmStep(
        plan.random, "generate_keywords", JsonObject().text("title", "Laptop Stand").toJson(),
        JsonObject()
            .json("keywords", JsonArray().text("laptop stand").text("notebook riser").toJson())
            .toJson(),
        0.87, "Used the title and its usual synonyms.");
    keywords.durationMs = 610;
    run.step(keywords);
    run.step(searchProducts(found));
    run.step(filterRelevance(found));
    run.step(rankCandidates());
    run.step(selectWinner());
    return run.ended(RunStatus::Completed);
}

} // namespace xray::app
