// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/special_runs.h"

#include "app/demo/json_builder.h"

#include <algorithm>
#include <array>

namespace xray::app {

namespace {

constexpr int kBatchItems = 240;
constexpr int kBatchWorkers = 8;
constexpr qsizetype kImportBytes = 1'000'000;

StepSpec classifyItem(Random &random, int n)
{
    const Topic &topic = random.oneOf(topics());
    StepSpec spec = llmStep(random, "classify_item",
                            JsonObject().text("title", candidateName(topic, n % 40)).toJson(),
                            JsonObject().text("category", topic.category).toJson(),
                            random.around(0.8, 0.08), "Nearest of the known categories.");
    spec.durationMs = random.between(90.0, 420.0);
    return spec;
}

JsonText catalogueRows()
{
    JsonArray rows;
    qsizetype size = 0;
    for (int n = 0; size < kImportBytes; ++n) {
        const Topic &topic = topics()[static_cast<std::size_t>(n) % topics().size()];
        const JsonText row = JsonObject()
                                 .text("sku", "X-" + QByteArray::number(100'000 + n))
                                 .text("title", candidateName(topic, n % 60))
                                 .text("category", topic.category)
                                 .number("price", topic.price + n % 17)
                                 .toJson();
        size += row.size() + 1;
        rows.json(row);
    }
    return rows.toJson();
}

/// A run of the competitor selection as far as its filter.
RunBuilder begun(const RunPlan &plan)
{
    Random &random = plan.random;
    const Topic &topic = random.oneOf(topics());
    RunBuilder run(random, "competitor_selection", plan.startedAt);
    dress(run.run(), random);
    run.run().metadata = JsonObject().text("query", topic.query).toJson();
    run.step(llmStep(random, "generate_keywords", JsonObject().text("title", topic.title).toJson(),
                     JsonObject().json("keywords", JsonArray().text(topic.query).toJson()).toJson(),
                     random.around(0.86, 0.04), "Used the title."));
    run.step({.name = "search_products",
              .type = StepType::Api,
              .durationMs = random.between(180.0, 900.0),
              .input = JsonObject().text("query", topic.query).toJson(),
              .output = JsonObject().number("found", 50).toJson()});
    run.step({.name = "filter_relevance",
              .type = StepType::Filter,
              .input = JsonObject().number("total_candidates", 50).toJson(),
              .status = StepStatus::Running});
    return run;
}

} // namespace

std::vector<Event> nightlyBatch(const RunPlan &plan)
{
    Random &random = plan.random;
    RunBuilder run(random, "categorization", plan.startedAt);
    run.run().environment = QByteArray("prod");
    run.run().trigger = QByteArray(R"({"kind":"schedule","every":"24h"})");
    run.run().tags = std::vector<QByteArray>{"nightly"};
    run.run().metadata = JsonObject().text("title", "Nightly batch, 240 new items").toJson();
    std::vector<StepSpec> items;
    std::array<double, kBatchWorkers> busyUntil{};
    std::vector<double> starts;
    for (int n = 0; n < kBatchItems; ++n) {
        auto worker = std::ranges::min_element(busyUntil);
        items.push_back(classifyItem(random, n));
        starts.push_back(*worker);
        *worker += items.back().durationMs + random.between(1.0, 12.0);
    }
    const StepId batch =
        run.step({.name = "classify_batch",
                  .type = StepType::Analysis,
                  .durationMs = std::ranges::max(busyUntil),
                  .input = JsonObject().number("items", kBatchItems).toJson(),
                  .output = JsonObject().number("classified", kBatchItems).toJson()});
    for (std::size_t n = 0; n < items.size(); ++n)
        run.childStep(batch, starts[n], items[n]);
    return run.ended(RunStatus::Completed);
}

std::vector<Event> catalogueImport(const RunPlan &plan)
{
    RunBuilder run(plan.random, "listing_optimization", plan.startedAt);
    run.run().environment = QByteArray("staging");
    run.run().trigger = QByteArray(R"("manual")");
    run.run().metadata = JsonObject().text("title", "Catalogue import").toJson();
    run.step(
        {.name = "read_catalogue",
         .type = StepType::Api,
         .durationMs = 2'340,
         .input =
             JsonObject().text("source", "catalogue.csv").json("rows", catalogueRows()).toJson(),
         .output = JsonObject().text("result", "Catalogue read").toJson(),
         .reasoning = JsonObject().number("bytes", kImportBytes).toJson()});
    run.step({.name = "analyse_catalogue",
              .type = StepType::Analysis,
              .durationMs = 5'120,
              .output = JsonObject().text("summary", "212 listings lack a size").toJson(),
              .reasoning = JsonObject().number("coverage", 0.94).toJson()});
    return run.ended(RunStatus::Completed);
}

std::vector<Event> stillRunning(const RunPlan &plan)
{
    return begun(plan).unended(RunStatus::Running);
}

std::vector<Event> abandoned(const RunPlan &plan)
{
    return begun(plan).unended(RunStatus::Incomplete);
}

} // namespace xray::app
