// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/json_builder.h"
#include "app/demo/pipelines.h"

#include <array>

namespace xray::app {

namespace {

constexpr std::array kModels{"small-2", "medium-3", "medium-3", "large-4"};
constexpr std::array kTags{"canary", "nightly", "experiment-b", "customer-report", "vip", "回帰"};
constexpr std::array kDepartments{"Office", "Home", "Sports", "Travel", "Audio"};

/// Confidence of the categorization fell from here to there within the demo's two weeks.
constexpr double kConfidenceBefore = 0.89;
constexpr double kConfidenceAfter = 0.63;

struct Failure
{
    const char *type;
    const char *message;
    const char *where;
};

constexpr std::array<Failure, 6> kFailures{{
    {"TimeoutError", "The request timed out after 3000 ms.", "client.py\", line 88, in _request"},
    {"RateLimitError", "429 Too Many Requests: try again in 20 s.",
     "llm.py\", line 41, in complete"},
    {"JSONDecodeError", "Expecting ',' delimiter: line 1 column 1043 (char 1042)",
     "parse.py\", line 17, in loads"},
    {"ConnectionResetError", "[Errno 104] Connection reset by peer",
     "socket.py\", line 705, in readinto"},
    {"ContentFilterError", "The model refused to answer: the prompt was flagged as 'medical'.",
     "llm.py\", line 63, in complete"},
    {"KeyError", "'attributes'", "features.py\", line 132, in extract"},
}};

QByteArray stackOf(const Failure &failure, QByteArrayView step)
{
    QByteArray stack =
        "Traceback (most recent call last):\n  File \"pipeline.py\", line 54, in run\n"
        "    result = ";
    stack.append(step);
    stack += "(context)\n  File \"";
    stack += failure.where;
    return stack + "\n    raise error\n" + failure.type + ": " + failure.message;
}

StepSpec apiStep(Random &random, const char *name, const JsonText &input, const JsonText &output)
{
    return {.name = name,
            .type = StepType::Api,
            .durationMs = random.between(60.0, 700.0),
            .input = input,
            .output = output,
            .reasoning = JsonObject().number("http_status", 200).toJson()};
}

// ---- listing_optimization ------------------------------------------------------------------

/// A service that answers with JSON inside a string, which the inspector unfolds.
StepSpec fetchListing(Random &random, const Topic &topic)
{
    const JsonText body = JsonObject()
                              .text("title", topic.title)
                              .number("price", topic.price)
                              .json("bullets", JsonArray().text("sturdy").text("light").toJson())
                              .toJson();
    return apiStep(random, "fetch_listing", JsonObject().text("title", topic.title).toJson(),
                   JsonObject().number("status", 200).text("body", body).toJson());
}

StepSpec fetchReviews(Random &random)
{
    const JsonText reviews = JsonArray()
                                 .text("Does what it says.")
                                 .text("作りがしっかりしています。")
                                 .text("جودة ممتازة وسعر مناسب")
                                 .text("Wobbles a little 😕 but fine")
                                 .toJson();
    return apiStep(
        random, "fetch_reviews", JsonObject().number("limit", 100).toJson(),
        JsonObject().number("count", random.between(4, 100)).json("examples", reviews).toJson());
}

StepSpec checkClaims(Random &random)
{
    const int total = random.between(5, 12);
    const int kept = total - random.between(0, 3);
    return {.name = "filter_claims",
            .type = StepType::Filter,
            .durationMs = random.between(40.0, 220.0),
            .input = JsonObject().number("total_candidates", total).toJson(),
            .output = JsonObject().number("remaining_candidates", kept).toJson(),
            .reasoning =
                JsonObject()
                    .text("reason", "Claims without a source in the data sheet are dropped.")
                    .number("percentage_eliminated", qRound(1000.0 * (total - kept) / total) / 10.0)
                    .toJson()};
}

StepSpec scoreListing(Random &random)
{
    const double before = random.between(0.35, 0.7);
    return {.name = "score_listing",
            .type = StepType::Ranking,
            .durationMs = random.between(50.0, 160.0),
            .input = JsonObject().number("variants", 3).toJson(),
            .output = JsonObject().number("best_variant", random.between(1, 3)).toJson(),
            .reasoning = JsonObject()
                             .number("score", score(before + random.between(0.02, 0.28)))
                             .number("score_before", score(before))
                             .json("readability",
                                   JsonObject().number("grade", random.between(5, 12)).toJson())
                             .toJson()};
}

StepSpec rewriteTitle(Random &random, const Topic &topic)
{
    const QByteArray rewritten =
        QByteArray(topic.products.front()) + " – " + topic.title + " for every day";
    return llmStep(random, "rewrite_title", JsonObject().text("title", topic.title).toJson(),
                   JsonObject().text("title", rewritten).toJson(), random.around(0.78, 0.08),
                   "Put the most searched attribute first, and kept it below 80 characters.");
}

StepSpec gapAnalysis(Random &random)
{
    return {
        .name = "analyse_competitors",
        .type = StepType::Analysis,
        .durationMs = random.between(120.0, 640.0),
        .input = JsonObject().number("competitors", random.between(3, 10)).toJson(),
        .output =
            JsonObject().json("gaps", JsonArray().text("size").text("warranty").toJson()).toJson(),
        .reasoning = JsonObject().number("coverage", score(random.around(0.7, 0.1))).toJson()};
}

// ---- categorization ------------------------------------------------------------------------

StepSpec filterDepartments(Random &random, int total, int kept)
{
    return {.name = "filter_departments",
            .type = StepType::Filter,
            .durationMs = random.between(8.0, 45.0),
            .input = JsonObject().number("total_candidates", total).toJson(),
            .output = JsonObject()
                          .number("remaining_candidates", kept)
                          .text("department", random.oneOf(kDepartments))
                          .toJson(),
            .reasoning =
                JsonObject().text("reason", "Another department than the item's.").toJson()};
}

StepSpec rankCategories(Random &random, const Topic &topic, double confidence)
{
    return {.name = "rank_categories",
            .type = StepType::Ranking,
            .durationMs = random.between(60.0, 240.0),
            .input = JsonObject().text("title", topic.title).toJson(),
            .output = JsonObject().text("first", topic.category).toJson(),
            .reasoning = JsonObject()
                             .number("confidence", score(confidence))
                             .number("margin", score(random.around(0.3, 0.1)))
                             .toJson()};
}

StepSpec decideCategory(Random &random, const Topic &topic, double confidence)
{
    return {.name = "decide_category",
            .type = StepType::Analysis,
            .durationMs = random.between(20.0, 90.0),
            .input = JsonObject().text("title", topic.title).toJson(),
            .output = JsonObject().text("category", topic.category).toJson(),
            .reasoning =
                JsonObject()
                    .text("reasoning", confidence < 0.6
                                           ? "Below the threshold of 0.6: sent to a person."
                                           : "Above the threshold of 0.6: decided here.")
                    .number("confidence", score(confidence))
                    .toJson()};
}

// ---- support_agent -------------------------------------------------------------------------

/// Retrieval as one step, the embedding and the search inside it.
void retrieve(RunBuilder &run, Random &random, const Question &question)
{
    const double embedMs = random.between(20, 90);
    const double searchMs = random.between(30, 160);
    const StepId parent = run.step(
        {.name = "retrieve",
         .type = StepType::Api,
         .durationMs = embedMs + searchMs + 8,
         .input = JsonObject().text("question", question.text).toJson(),
         .output =
             JsonObject().json("documents", JsonArray().text(question.document).toJson()).toJson(),
         .reasoning = JsonObject().number("top_score", score(random.around(0.75, 0.1))).toJson()});
    run.childStep(parent, 1,
                  {.name = "embed_question",
                   .type = StepType::Llm,
                   .durationMs = embedMs,
                   .reasoning = JsonObject().number("dimensions", 768).toJson()});
    run.childStep(parent, embedMs + 3,
                  {.name = "search_documents",
                   .type = StepType::Api,
                   .durationMs = searchMs,
                   .output = JsonObject().number("found", 12).toJson()});
}

/// Drafts written side by side; some look an order up first.
void draftAnswers(RunBuilder &run, Random &random, const Question &question)
{
    const int drafts = random.between(2, 5);
    const double whole = random.between(1'200, 4'800);
    const StepId parent = run.step({.name = "write_answer",
                                    .type = StepType::Llm,
                                    .durationMs = whole,
                                    .input = JsonObject().text("question", question.text).toJson(),
                                    .output = JsonObject().number("drafts", drafts).toJson()});
    for (int i = 0; i < drafts; ++i) {
        const double offset = random.between(2.0, 120.0);
        StepSpec draft =
            llmStep(random, "draft", JsonObject().number("variant", i + 1).toJson(),
                    JsonObject().text("text", question.answer).toJson(), random.around(0.74, 0.08),
                    "Quotes the document, adds no promise.");
        draft.durationMs = random.between(0.5, 0.95) * (whole - offset);
        const StepId id = run.childStep(parent, offset, draft);
        if (random.chance(0.4))
            run.childStep(id, 15,
                          {.name = "look_up_order",
                           .type = StepType::Api,
                           .durationMs = draft.durationMs * 0.3,
                           .output = JsonObject().text("state", "shipped").toJson()});
    }
}

StepSpec judge(Random &random, const Question &question)
{
    return {
        .name = "judge_drafts",
        .type = StepType::Ranking,
        .durationMs = random.between(300.0, 900.0),
        .input = JsonObject().text("question", question.text).toJson(),
        .output = JsonObject().text("answer", question.answer).toJson(),
        .reasoning =
            JsonObject()
                .number("score", score(random.around(0.81, 0.07)))
                .number("confidence", score(random.around(0.77, 0.08)))
                .json("usage", JsonObject().number("tokens", random.between(400, 3'000)).toJson())
                .toJson()};
}

} // namespace

void dress(ExecutionEvent &run, Random &random)
{
    const double where = random.unit();
    run.environment = QByteArray(where < 0.7 ? "prod" : where < 0.9 ? "staging" : "dev");
    const double how = random.unit();
    if (how < 0.6)
        run.trigger = QByteArray(R"("api")");
    else if (how < 0.85)
        run.trigger = QByteArray(R"({"kind":"schedule","every":"15m"})");
    std::vector<QByteArray> tags;
    for (const char *tag : kTags) {
        if (random.chance(0.05))
            tags.emplace_back(tag);
    }
    if (!tags.empty())
        run.tags = std::move(tags);
}

ErrorSpec someFailure(Random &random, QByteArrayView step)
{
    const Failure &failure = random.oneOf(kFailures);
    return {.type = failure.type,
            .message = failure.message,
            .stack = stackOf(failure, step),
            .payload = JsonObject().text("step", step).number("attempt", 1).toJson()};
}

StepSpec llmStep(Random &random, const char *name, const JsonText &input, const JsonText &output,
                 double confidence, QByteArrayView reasoning)
{
    const int prompt = random.between(180, 2'400);
    const int completion = random.between(20, 600);
    return {
        .name = name,
        .type = StepType::Llm,
        .durationMs = 120 + completion * random.between(1.5, 3.5),
        .input = input,
        .output = output,
        .reasoning =
            JsonObject()
                .text("reasoning", reasoning)
                .number("confidence", score(confidence))
                .text("model", random.oneOf(kModels))
                .json(
                    "tokens",
                    JsonObject().number("prompt", prompt).number("completion", completion).toJson())
                .toJson()};
}

std::vector<Event> listingOptimization(const RunPlan &plan)
{
    Random &random = plan.random;
    const Topic &topic = random.oneOf(topics());
    RunBuilder run(random, "listing_optimization", plan.startedAt);
    dress(run.run(), random);
    run.step(fetchListing(random, topic));
    StepSpec reviews = fetchReviews(random);
    const bool withoutReviews = random.chance(0.06);
    if (withoutReviews)
        reviews.status = StepStatus::Failed;
    const StepId reviewStep = run.step(reviews);
    if (withoutReviews)
        run.error(reviewStep, someFailure(random, reviews.name));
    run.step(gapAnalysis(random));
    run.step(rewriteTitle(random, topic));
    run.step(checkClaims(random));
    run.step(scoreListing(random));
    if (random.chance(0.03)) {
        run.runError(someFailure(random, "publish"));
        return run.ended(RunStatus::Failed);
    }
    return run.ended(RunStatus::Completed); // without reviews too: errors do not fail a run
}

std::vector<Event> categorization(const RunPlan &plan)
{
    Random &random = plan.random;
    const Topic &topic = random.oneOf(topics());
    const double mean = kConfidenceAfter + plan.age * (kConfidenceBefore - kConfidenceAfter);
    const double confidence = random.around(mean, 0.05);
    const int total = random.between(20, 120);
    RunBuilder run(random, "categorization", plan.startedAt);
    dress(run.run(), random);
    run.run().metadata =
        JsonObject().text("title", topic.title).number("batch", random.between(80, 140)).toJson();
    run.step({.name = "embed_text",
              .type = StepType::Llm,
              .durationMs = random.between(20.0, 70.0),
              .input = JsonObject().text("title", topic.title).toJson(),
              .reasoning = JsonObject().number("dimensions", 384).toJson()});
    run.step(apiStep(random, "retrieve_categories", JsonObject().number("limit", 120).toJson(),
                     JsonObject().number("found", total).toJson()));
    run.step(filterDepartments(random, total, std::max(2, total / random.between(2, 4))));
    run.step(rankCategories(random, topic, confidence));
    run.step(decideCategory(random, topic, confidence));
    return run.ended(RunStatus::Completed);
}

std::vector<Event> supportAgent(const RunPlan &plan)
{
    Random &random = plan.random;
    const Question &question = random.oneOf(questions());
    RunBuilder run(random, "support_agent", plan.startedAt);
    dress(run.run(), random);
    run.run().session = "chat-" + QByteArray::number(random.between(1000, 1180));
    run.run().metadata = JsonObject().text("question", question.text).toJson();
    run.step(llmStep(random, "classify_question",
                     JsonObject().text("question", question.text).toJson(),
                     JsonObject().text("topic", question.document).toJson(),
                     random.around(0.88, 0.04), "Names the topic outright."));
    retrieve(run, random, question);
    if (random.chance(0.03)) {
        run.runError(someFailure(random, "write_answer"));
        return run.ended(RunStatus::Failed);
    }
    draftAnswers(run, random, question);
    run.step(judge(random, question));
    return run.ended(RunStatus::Completed);
}

} // namespace xray::app
