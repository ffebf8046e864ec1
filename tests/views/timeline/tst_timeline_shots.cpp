// SPDX-License-Identifier: GPL-3.0-or-later
// Renders representative runs to PNG files in the folder XRAY_SHOT_DIR, light and dark, for people
// to look at. Without the variable it only checks that every one of them paints something.
#include <tests/support/run_builder.h>
#include <views/look/theme.h>
#include <views/timeline/hover_card.h>
#include <views/timeline/timeline_view.h>

#include <QApplication>
#include <QTest>

#include <functional>

using namespace xray;
using namespace xray::views;
using test::kRunStart;
using test::run;
using test::stepId;

namespace {

struct Shot
{
    const char *name;
    RunSnapshotPtr snapshot;
    DurationNs now = 0; ///< since the start
    std::function<void(TimelineView &)> arrange = {};
};

RunSnapshotPtr incident()
{
    return run("generate_keywords:llm(610ms) > search_products:api(452ms)[->50] > "
               "filter_relevance:filter(1065ms)[50->5]{llm.judge:llm*50/8(150ms)} > "
               "rank_candidates:ranking(388ms)[5->5] > select_winner:analysis(140ms)[5->1]");
}

RunSnapshotPtr tenThousand()
{
    std::string text = "root:analysis{";
    for (int i = 0; i < 200; ++i) {
        if (i > 0)
            text += " > ";
        text += "batch_" + std::to_string(i) +
                ":filter[500->20]{fetch:api*24/6(30ms) > "
                "score:ranking*20/4(12ms) > judge:llm*5(40ms)" +
                (i % 37 == 0 ? "!" : "") + "}";
    }
    return run(text + "}");
}

void select(TimelineView &view, qint64 index)
{
    view.setSelectedStep(stepId(index));
}

void unfoldAll(TimelineView &view)
{
    select(view, 4);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Down);
}

std::vector<Shot> shots()
{
    return {
        {"incident", incident(), 0, [](TimelineView &v) { select(v, 3); }},
        {"nested-50-parallel",
         run("agent:analysis{plan:llm(300ms) > tools:analysis{search:api(400ms)"
             " | fetch:api(700ms) | price:api(200ms)!} > judge:llm*50/8(90ms)"
             " > answer:llm(500ms)}"),
         0, unfoldAll},
        {"ten-thousand", tenThousand()},
        {"running",
         run("plan:llm(400ms) > search:api(350ms)[->50] > judge:filter(800ms)[50->9]{"
             "llm.judge:llm*12/4(200ms)} > rank:ranking~ | explain:llm~"),
         2600 * kNsPerMs, [](TimelineView &v) { select(v, 16); }},
        {"failed", run("plan:llm(400ms) > fetch_reviews:api(3s)! > summarize:llm(200ms)"), 0,
         [](TimelineView &v) { select(v, 2); }},
        {"long-names",
         run("a_step_with_a_name_that_is_much_longer_than_any_gutter_can_show:llm(20ms) > "
             "בדיקת התאמה של מוצרים:filter(900ms)[1200->3] > "
             "産品を検索する:api(1ns) > "
             "x:analysis{y:analysis{z:analysis{deep_down_there:llm(90ms)}}} "
             "> tiny_at_the_end:ranking(1ms)[12000->12]"),
         0, [](TimelineView &v) { select(v, 2); }},
        {"one-instant", run("ping:api(0ns)")},
        {"waiting",
         test::edited(run("x~"), [](RunSnapshot &, std::vector<Step> &steps) { steps.clear(); })},
        {"zoomed", incident(), 0,
         [](TimelineView &v) {
             v.setVisibleRange({kRunStart + 1062 * kNsPerMs, kRunStart + 1222 * kNsPerMs});
             unfoldAll(v);
             QTest::mouseMove(v.viewport(), QPoint(300, 100));
         }},
    };
}

} // namespace

class TimelineShots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRunPaints_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<bool>("dark");
        const std::vector<Shot> all = shots();
        for (int i = 0; i < static_cast<int>(all.size()); ++i)
            for (const bool dark : {false, true})
                QTest::addRow("%s-%s", all[i].name, dark ? "dark" : "light") << i << dark;
    }

    void everyRunPaints()
    {
        QFETCH(int, index);
        QFETCH(bool, dark);
        static const std::vector<Shot> all = shots();
        const Shot &shot = all[index];
        const QPalette palette = paletteOf(themeOf(dark ? Scheme::Dark : Scheme::Light));
        QApplication::setPalette(palette);
        TimelineView view;
        view.setClock([&] { return kRunStart + shot.now; });
        view.resize(1000, 420);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setSnapshot(shot.snapshot);
        if (shot.arrange)
            shot.arrange(view);
        save(view, QString::fromLatin1(QTest::currentDataTag()));
    }

    void theHoverCardPaints()
    {
        TimelineView view;
        view.setSnapshot(test::edited(incident(), [](RunSnapshot &, std::vector<Step> &steps) {
            steps[2].metrics = {{QStringLiteral("confidence"), 0.41},
                                {QStringLiteral("percentage_eliminated"), 90}};
        }));
        HoverCard card(nullptr);
        card.showAt(hoverTextOf(view.scene(), 2), QPoint(10, 10));
        save(card, QStringLiteral("hover-step"));
        card.showAt(hoverTextOf(view.scene(), 3), QPoint(10, 10));
        save(card, QStringLiteral("hover-group"));
    }

private:
    static void save(QWidget &widget, const QString &name)
    {
        const QImage image = widget.grab().toImage();
        QVERIFY(image.pixelColor(0, 0).isValid());
        QVERIFY(!image.isNull());
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (!folder.isEmpty())
            QVERIFY(image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png")));
    }
};

QTEST_MAIN(TimelineShots)
#include "tst_timeline_shots.moc"
