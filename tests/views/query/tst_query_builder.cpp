// SPDX-License-Identifier: GPL-3.0-or-later
// The builder as a person uses it, in a real window, with mouse and keyboard: it and the text are
// the same tree.
#include "tests/query/random_query.h"
#include "tests/support/fake_query_source.h"

#include <model/query/language.h>
#include <views/look/style.h>
#include <views/query/group_card.h>
#include <views/query/histogram_view.h>
#include <views/query/pick_button.h>
#include <views/query/query_builder.h>
#include <views/query/value_editor.h>

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace xray;
using namespace xray::test;
using namespace xray::views;

namespace {

constexpr QSize kSize{440, 900};

query::Query queryOf(const char *text)
{
    const auto outcome = query::parse(QString::fromUtf8(text));
    return std::get<query::Query>(outcome);
}

/// A builder on the screen, its catalogue known, with the text it says.
class Shown
{
public:
    explicit Shown(const char *text = "")
    {
        m_builder.setCatalogue(std::make_shared<const query::Catalogue>(sampleCatalogue()));
        m_builder.setQuery(queryOf(text));
        m_builder.resize(kSize);
        m_builder.show();
        m_builder.activateWindow();
        m_ready = QTest::qWaitForWindowActive(&m_builder);
    }
    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] QString text() const { return query::toText(m_builder.query()); }
    QueryBuilder *operator->() { return &m_builder; }
    QueryBuilder &operator*() { return m_builder; }
    ConditionCard *card(int place) { return m_builder.conditionCards()[std::size_t(place)]; }

    /// Presses the grip of one card, moves to a point of the other, lets go.
    void drag(NodeFrame *card, const QWidget *target, QPoint point)
    {
        const QPoint start = card->grip()->rect().center();
        const QPoint end = card->grip()->mapFromGlobal(target->mapToGlobal(point));
        QTest::mousePress(card->grip(), Qt::LeftButton, {}, start);
        QTest::mouseMove(card->grip(), start + QPoint(0, 30));
        QTest::mouseMove(card->grip(), end);
        QTest::mouseRelease(card->grip(), Qt::LeftButton, {}, end);
    }
    void savePicture(const QString &name)
    {
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (!folder.isEmpty())
            QVERIFY(m_builder.grab().save(QDir(folder).filePath(name)));
    }

private:
    QueryBuilder m_builder;
    bool m_ready = false;
};

/// Chooses the entry with that text from the button's menu, with the keyboard.
bool choose(QToolButton *button, const QString &text)
{
    QMenu *menu = button->menu();
    bool chosen = false;
    // The menu runs its own loop; what follows happens inside.
    QMetaObject::invokeMethod(
        menu,
        [&] {
            for (QAction *action : menu->actions()) {
                if (action->text() != text)
                    continue;
                menu->setActiveAction(action);
                QTest::keyClick(menu, Qt::Key_Return);
                chosen = true;
                return;
            }
            menu->close();
        },
        Qt::QueuedConnection);
    button->showMenu();
    return chosen;
}

std::shared_ptr<const query::Distribution> percentages()
{
    auto spread = std::make_shared<query::Distribution>();
    spread->minimum = 0;
    spread->maximum = 100;
    spread->total = 38'260;
    for (int i = 0; i < 20; ++i)
        spread->counts.push_back(i < 4 ? 40 + 60 * i : 300 - 15 * i);
    return spread;
}

} // namespace

class TestQueryBuilder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void aTextIsShownAsCardsAndSaysTheSame()
    {
        Shown builder("type = filter and percentage_eliminated > 90 and not error");
        QVERIFY(builder.isReady());
        QCOMPARE(builder->conditionCards().size(), std::size_t(3));
        QCOMPARE(builder.text(),
                 QStringLiteral("type = filter and percentage_eliminated > 90 and not error"));
    }

    void anyQuerySaysTheSameAsCards()
    {
        QueryBuilder builder;
        builder.setCatalogue(std::make_shared<const query::Catalogue>(sampleCatalogue()));
        QSignalSpy edits(&builder, &QueryBuilder::queryEdited);
        RandomQueries random(4);
        for (int i = 0; i < 150; ++i) {
            const query::Query shown =
                random.next(i % 3 == 0 ? query::Subject::Runs : query::Subject::Steps);
            if (query::toText(shown).contains(QStringLiteral("()"))) // a group still to be filled
                continue;
            builder.setQuery(shown);
            QCOMPARE(query::toText(builder.query()), query::toText(shown));
        }
        QVERIFY(edits.isEmpty()); // to show is not to edit
    }

    void typingAValueChangesTheQueryAndKeepsTheKeyboard()
    {
        Shown builder("percentage_eliminated > 90");
        QVERIFY(builder.isReady());
        QSignalSpy edits(&*builder, &QueryBuilder::queryEdited);
        QLineEdit *line = builder.card(0)->editor()->line();
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("55"));
        QCOMPARE(builder.text(), QStringLiteral("percentage_eliminated > 55"));
        QVERIFY(line->hasFocus());
        QVERIFY(!edits.isEmpty());
        builder->setQuery(builder->query()); // as the text answers
        QVERIFY(line->hasFocus());
    }

    void aTypeIsChosenFromAMenu()
    {
        Shown builder("type = filter");
        QVERIFY(builder.isReady());
        QVERIFY(choose(builder.card(0)->editor()->menuButton(), QStringLiteral("ranking")));
        QTRY_COMPARE(builder.text(), QStringLiteral("type = ranking"));
    }

    void anOperatorIsChosenFromAMenu()
    {
        Shown builder("percentage_eliminated > 90");
        QVERIFY(builder.isReady());
        QVERIFY(choose(builder.card(0)->operatorButton(), QStringLiteral("≤")));
        QTRY_COMPARE(builder.text(), QStringLiteral("percentage_eliminated <= 90"));
    }

    void aConditionIsAddedByPickingItsField()
    {
        Shown builder;
        QVERIFY(builder.isReady());
        auto *menu = builder->findChild<QMenu *>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(menu);
        QTest::mouseClick(builder->addButton(), Qt::LeftButton);
        QTRY_VERIFY(menu->isVisible());
        QTest::keyClick(menu, Qt::Key_Down); // "type" is the first
        QTest::keyClick(menu, Qt::Key_Return);
        QTRY_COMPARE(builder.text(), QStringLiteral("type = llm"));
        QTRY_VERIFY(builder.card(0)->hasFocus());
    }

    void theThresholdIsDragged()
    {
        Shown builder("percentage_eliminated > 90");
        QVERIFY(builder.isReady());
        builder->setDistribution(QStringLiteral("percentage_eliminated"), {}, percentages());
        HistogramView *histogram = builder.card(0)->histogram();
        QVERIFY(histogram->isVisible());
        const auto at = [&](double value) {
            return QPoint(qRound(histogram->xOf(value)), histogram->height() / 2);
        };
        QTest::mousePress(histogram, Qt::LeftButton, {}, at(90));
        QTest::mouseMove(histogram, at(70));
        QTest::mouseRelease(histogram, Qt::LeftButton, {}, at(50));
        const double threshold = histogram->threshold();
        QVERIFY2(std::abs(threshold - 70) <= 1, qPrintable(QString::number(threshold)));
        QCOMPARE(builder.text(), QStringLiteral("percentage_eliminated > %1").arg(threshold));
        QCOMPARE(builder.card(0)->editor()->line()->text(), QString::number(threshold));
    }

    void theThresholdMovesWithTheArrowKeys()
    {
        Shown builder("percentage_eliminated > 90");
        QVERIFY(builder.isReady());
        builder->setDistribution(QStringLiteral("percentage_eliminated"), {}, percentages());
        HistogramView *histogram = builder.card(0)->histogram();
        histogram->setFocus();
        QTest::keyClick(histogram, Qt::Key_Right);
        QCOMPARE(builder.text(), QStringLiteral("percentage_eliminated > 91"));
        QTest::keyClick(histogram, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(builder.text(), QStringLiteral("percentage_eliminated > 81"));
        QTest::keyClick(histogram, Qt::Key_Home);
        QCOMPARE(builder.text(), QStringLiteral("percentage_eliminated > 0"));
    }

    void theFiguresAreThoseOfTheTypeBesideIt()
    {
        Shown builder;
        QVERIFY(builder.isReady());
        QSignalSpy spread(&*builder, &QueryBuilder::distributionNeeded);
        builder->setQuery(queryOf("type = filter and percentage_eliminated > 90"));
        QCOMPARE(spread.size(), 1);
        QCOMPARE(spread[0][1].value<std::optional<StepType>>(), std::optional(StepType::Filter));
        builder->setDistribution(QStringLiteral("percentage_eliminated"), StepType::Filter,
                                 percentages());
        builder->setMatches(builder.card(1)->condition(), StepType::Filter, {412, false});
        QCOMPARE(builder.card(1)->histogram()->caption(), QStringLiteral("412 of 38,260 steps"));
        builder.savePicture(QStringLiteral("builder-histogram.png"));
    }

    void aCardIsDraggedBelowAnother()
    {
        Shown builder("type = filter and error and issue");
        QVERIFY(builder.isReady());
        ConditionCard *last = builder.card(2);
        builder.drag(builder.card(0), last, QPoint(40, last->height() - 2));
        QTRY_COMPARE(builder.text(), QStringLiteral("error and issue and type = filter"));
    }

    void aCardIsDraggedIntoAGroup()
    {
        Shown builder("error and (type = filter or type = llm)");
        QVERIFY(builder.isReady());
        NodeFrame *inside = builder->cardAt({1, 0});
        QVERIFY(inside);
        builder.drag(builder.card(0), inside, QPoint(40, 2));
        QTRY_COMPARE(builder.text(), QStringLiteral("error or type = filter or type = llm"));
    }

    void aCardDraggedOntoAnotherMakesAGroupWithIt()
    {
        Shown builder("type = filter and error and issue");
        QVERIFY(builder.isReady());
        ConditionCard *host = builder.card(2);
        builder.drag(builder.card(1), host, host->rect().center());
        QTRY_COMPARE(builder.text(), QStringLiteral("type = filter and (issue or error)"));
        QTRY_VERIFY(builder->cardAt({1, 1})->hasFocus());
    }

    void aCardIsDuplicatedFromItsMenu()
    {
        Shown builder("percentage_eliminated > 90 and error");
        QVERIFY(builder.isReady());
        QMenu *menu = builder.card(0)->menu();
        for (QAction *action : menu->actions()) {
            if (action->text().startsWith(QStringLiteral("Duplicate")))
                action->trigger();
        }
        QTRY_COMPARE(builder.text(), QStringLiteral("percentage_eliminated > 90 and "
                                                    "percentage_eliminated > 90 and error"));
        QTRY_VERIFY(builder->cardAt({1})->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_D, Qt::ControlModifier);
        QTRY_COMPARE(builder->conditionCards().size(), std::size_t(4));
    }

    void theArrowKeysGoFromCardToCard()
    {
        Shown builder("error and (issue or type = llm)");
        QVERIFY(builder.isReady());
        builder.card(0)->setFocus();
        for (const items::TreePath &next : {items::TreePath{1}, {1, 0}, {1, 1}}) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
            QVERIFY(builder->cardAt(next)->hasFocus());
        }
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QVERIFY(builder->cardAt({1, 0})->hasFocus());
    }

    void aHistogramIsThereAgainAtOnceWhenTheCardsAreMadeAnew()
    {
        Shown builder("percentage_eliminated > 90");
        QVERIFY(builder.isReady());
        builder->setDistribution(QStringLiteral("percentage_eliminated"), {}, percentages());
        builder.card(0)->setFocus();
        QTest::keyClick(builder.card(0), Qt::Key_N);
        QTRY_COMPARE(builder.text(), QStringLiteral("not percentage_eliminated > 90"));
        QVERIFY(builder.card(0)->histogram()->caption().contains(QStringLiteral("38,260")));
    }

    void twoConditionsOnOneMetricAreCountedEach()
    {
        Shown builder;
        QVERIFY(builder.isReady());
        QSignalSpy needed(&*builder, &QueryBuilder::matchesNeeded);
        builder->setQuery(queryOf("percentage_eliminated > 10 and percentage_eliminated < 20"));
        QCOMPARE(needed.size(), 2);
        QVERIFY(needed[0][0].toString() != needed[1][0].toString());
    }

    void aLongNameIsElidedSoThatNothingScrollsSideways()
    {
        Shown builder(
            "runs where count(a_metric_with_a_very_long_name.nested_in.several_objects > 3 "
            "and (error or another_metric_of_some_length > 0.25)) > 1");
        QVERIFY(builder.isReady());
        const auto *area = builder->findChild<QScrollArea *>();
        QTRY_VERIFY(area->widget()->width() > 0);
        QVERIFY2(area->widget()->width() <= area->viewport()->width(),
                 qPrintable(QString::number(area->widget()->width())));
        QCOMPARE(builder.card(0)->fieldButton()->word(),
                 QStringLiteral("a_metric_with_a_very_long_name.nested_in.several_objects"));
        QVERIFY(builder.card(0)->fieldButton()->text().contains(u'…'));
        builder.savePicture(QStringLiteral("builder-long.png"));
    }

    void escapeGivesADragUp()
    {
        Shown builder("type = filter and error");
        QVERIFY(builder.isReady());
        ConditionCard *first = builder.card(0);
        QWidget *grip = first->grip();
        QTest::mousePress(grip, Qt::LeftButton, {}, grip->rect().center());
        QTest::mouseMove(grip, grip->rect().center() + QPoint(0, 200));
        QTest::keyClick(grip, Qt::Key_Escape);
        QTest::mouseRelease(grip, Qt::LeftButton, {}, grip->rect().center() + QPoint(0, 200));
        QCOMPARE(builder.text(), QStringLiteral("type = filter and error"));
    }

    void theKeyboardAloneNestsNegatesMovesAndRemoves()
    {
        Shown builder("error and issue and type = filter");
        QVERIFY(builder.isReady());
        builder.card(0)->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down, Qt::ControlModifier);
        QTRY_COMPARE(builder.text(), QStringLiteral("issue and error and type = filter"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_N);
        QTRY_COMPARE(builder.text(), QStringLiteral("issue and not error and type = filter"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_G); // a group of one changes nothing
        QTRY_VERIFY(qobject_cast<GroupCard *>(builder->cardAt({1})));
        builder->cardAt({2})->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right, Qt::ControlModifier);
        QTRY_COMPARE(builder.text(), QStringLiteral("issue and (not error or type = filter)"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left, Qt::ControlModifier);
        QTRY_COMPARE(builder.text(), QStringLiteral("issue and not error and type = filter"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
        QTRY_COMPARE(builder.text(), QStringLiteral("issue and not error"));
    }

    void theCrossTakesACardAway()
    {
        Shown builder("type = filter and error");
        QVERIFY(builder.isReady());
        QTest::mouseClick(builder.card(0)->closeButton(), Qt::LeftButton);
        QTRY_COMPARE(builder.text(), QStringLiteral("error"));
    }

    void anEmptyGroupWaitsForItsConditionsWhileTheTextFollows()
    {
        Shown builder("type = filter");
        QVERIFY(builder.isReady());
        builder->addGroup();
        QVERIFY(builder->cardAt({1}));
        builder->setQuery(queryOf("type = filter")); // what the text says meanwhile
        QVERIFY(builder->cardAt({1}));
        QCOMPARE(builder.text(), QStringLiteral("type = filter"));
    }

    void runsAreAskedForByWhatTheirStepsDid()
    {
        Shown builder("runs where status = completed and any(type = filter and error)");
        QVERIFY(builder.isReady());
        QVERIFY(builder->cardAt({1, 0, 1}));
        builder->cardAt({1, 0, 1})->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_N);
        QTRY_COMPARE(builder.text(), QStringLiteral("runs where status = completed and any(type = "
                                                    "filter and not error)"));
        builder.savePicture(QStringLiteral("builder-runs.png"));
    }

    void nestedGroupsArePictured()
    {
        Shown builder("type = filter and percentage_eliminated > 90 and (step ~ \"^filter_\" or "
                      "duration > 2s or not (error and pipeline = categorization))");
        QVERIFY(builder.isReady());
        builder->setDistribution(QStringLiteral("percentage_eliminated"), StepType::Filter,
                                 percentages());
        builder->setCount(query::CountAnswer{398, false});
        builder.savePicture(QStringLiteral("builder-nested.png"));
        QCOMPARE(builder->matchesButton()->text(), QStringLiteral("398 matches"));
    }
};

QTEST_MAIN(TestQueryBuilder)
#include "tst_query_builder.moc"
