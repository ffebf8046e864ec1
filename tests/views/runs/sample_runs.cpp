// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/runs/sample_runs.h"

namespace xray::test {

namespace {

struct Sketch
{
    QString pipeline;
    QString title;
    QString environment;
    RunStatus status;
    int steps;
    int milliseconds;
    int minutesAgo;
    QStringList tags = {};
};

Execution runOf(const Sketch &sketch, int row)
{
    Execution run;
    run.row.value = row;
    run.id = ExecutionId::newV7();
    run.pipelineName = sketch.pipeline;
    run.title = sketch.title;
    run.environment = sketch.environment;
    run.status = sketch.status;
    run.stepCount = sketch.steps;
    run.startedAt = nowNs() - sketch.minutesAgo * kNsPerMinute - row;
    run.tags = sketch.tags;
    if (sketch.status == RunStatus::Running)
        run.startedAt = nowNs() - 4 * kNsPerSecond;
    else if (sketch.status != RunStatus::Incomplete)
        run.duration = sketch.milliseconds * kNsPerMs;
    return run;
}

Execution failed(Execution run, const QString &why, int errors)
{
    run.status = RunStatus::Failed;
    run.outcome = why;
    run.errorCount = errors;
    return run;
}

} // namespace

std::vector<Execution> variedRuns()
{
    const auto done = RunStatus::Completed;
    const QString selection = QStringLiteral("competitor_selection");
    const QString prod = QStringLiteral("prod");
    std::vector<Execution> runs{
        runOf({selection, QStringLiteral("wireless mouse"), prod, RunStatus::Running, 3, 0, 0}, 12),
        runOf({selection, QStringLiteral("laptop stand"), prod, done, 5, 2660, 2}, 11),
        failed(runOf({QStringLiteral("listing_optimization"), {}, prod, done, 4, 1100, 4}, 10),
               QStringLiteral("Timeout in fetch_reviews"), 1),
        runOf({QStringLiteral("categorization"),
               QStringLiteral("batch 118"),
               QStringLiteral("staging"),
               done,
               6,
               870,
               5,
               {QStringLiteral("nightly")}},
              9),
        runOf({selection,
               QStringLiteral("usb hub"),
               prod,
               done,
               5,
               2960,
               7,
               {QStringLiteral("v2"), QStringLiteral("golden"), QStringLiteral("reviewed by Kim")}},
              8),
        runOf({QStringLiteral("support_agent"),
               QStringLiteral("root span missing"),
               {},
               RunStatus::Incomplete,
               11,
               0,
               9},
              7),
        runOf({selection, QStringLiteral("monitor arm"), prod, done, 5, 3070, 12}, 6),
        runOf({QStringLiteral("rag_answer"), QStringLiteral("“return policy”"), prod, done, 9, 5610,
               14},
              5),
        runOf({QStringLiteral("商品カテゴリ分類パイプライン"),
               QStringLiteral("ノートパソコンスタンド 折りたたみ式"), QStringLiteral("本番"), done,
               7, 1520, 31},
              4),
        runOf({QStringLiteral("تصنيف_المنتجات"), QStringLiteral("حامل حاسوب محمول"), prod, done, 3,
               640, 95},
              3),
        runOf(
            {QStringLiteral("a_pipeline_whose_name_somebody_generated_from_the_whole_module_path"),
             QStringLiteral("and a title that goes on for longer than any panel is wide, really"),
             QStringLiteral("integration-test-eu-west-1"), done, 12345, 7384000, 400},
            2),
        failed(runOf({selection, QStringLiteral("desk lamp"), prod, done, 2, 300, 3000}, 1),
               QStringLiteral("ValueError: could not convert string to float: '12,99 €'"), 12),
    };
    runs[7].source = Source::Otlp;
    return runs;
}

Execution plainRun(int number)
{
    Execution run =
        runOf({QStringLiteral("pipeline_%1").arg(number % 7), QStringLiteral("item %1").arg(number),
               QStringLiteral("prod"), RunStatus::Completed, 5, 500 + number % 3000, 0},
              number);
    run.startedAt = nowNs() - kNsPerDay + number * kNsPerSecond;
    return run;
}

} // namespace xray::test
