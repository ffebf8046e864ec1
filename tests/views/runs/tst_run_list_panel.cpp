// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/runs/sample_runs.h"

#include <tests/support/fake_run_source.h>
#include <views/look/chip.h>
#include <views/look/empty_state.h>
#include <views/look/style.h>
#include <views/runs/first_run_view.h>
#include <views/runs/run_list_panel.h>
#include <views/runs/tag_editor.h>

#include <QApplication>
#include <QClipboard>
#include <QJsonDocument>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::views;
using test::FakeRunSource;
using Model = items::RunListModel;

namespace {

struct Scene
{
    FakeRunSource source;
    Model model;
    RunListPanel panel;
    RunListView *view = panel.view();

    explicit Scene(int runs = 100)
    {
        for (int number = 1; number <= runs; ++number)
            source.runs.push_back(test::plainRun(number));
        panel.setRunModel(&model);
        QObject::connect(&panel, &RunListPanel::filterChanged, &model,
                         [this](const RunFilter &filter) {
                             model.setQuery({filter, {}});
                         });
        panel.resize(330, 600);
        panel.show();
        model.setSource(&source);
        QTRY_VERIFY(model.state() == Model::State::Ready);
        QTRY_VERIFY(model.rowCount() == 0 || model.at(0));
    }

    void arrive(int number)
    {
        source.runs.push_back(test::plainRun(number));
        model.applyChanges(FakeRunSource::changeOf({{number}}));
        QTRY_VERIFY(model.rowOf(ExecutionRow{number}) >= 0);
    }

    [[nodiscard]] int scroll() const { return view->verticalScrollBar()->value(); }
    /// The run under the eye: that of the topmost visible row.
    [[nodiscard]] qint64 topRun() const
    {
        return model.storeRow(view->indexAt({5, 1}).row()).value;
    }
};

} // namespace

class tst_RunListPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void aClickSelectsTheRunUnderIt()
    {
        Scene scene;
        QSignalSpy selected(&scene.panel, &RunListPanel::runSelected);
        QTest::mouseClick(scene.view->viewport(), Qt::LeftButton, {}, {50, 2 * kRunRowHeight + 5});
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.first().first().value<ExecutionId>(), scene.model.at(2)->id);
    }

    void theArrowKeysWalkTheList()
    {
        Scene scene;
        scene.panel.focusList();
        scene.view->setCurrentIndex(scene.model.index(0));
        QTest::keyClick(scene.view, Qt::Key_Down);
        QTest::keyClick(scene.view, Qt::Key_Down);
        QCOMPARE(scene.view->currentIndex().row(), 2);
        QTest::keyClick(scene.view, Qt::Key_End);
        QCOMPARE(scene.view->currentIndex().row(), 99);
        QVERIFY(scene.scroll() > 0);
    }

    void whatIsLookedAtStaysWhereItIsWhenRunsArriveAbove()
    {
        Scene scene;
        scene.view->verticalScrollBar()->setValue(10 * kRunRowHeight + 7);
        const qint64 top = scene.topRun();
        scene.arrive(101);
        QCOMPARE(scene.topRun(), top);
        QCOMPARE(scene.scroll(), 11 * kRunRowHeight + 7);
    }

    void withoutFollowTheTopOfTheListStaysToo()
    {
        Scene scene;
        scene.arrive(101);
        QCOMPARE(scene.topRun(), 100);
    }

    void withFollowTheNewestRunShowsAtTheTop()
    {
        Scene scene;
        scene.panel.setFollow(Follow::On);
        scene.arrive(101);
        QCOMPARE(scene.topRun(), 101);
        QCOMPARE(scene.scroll(), 0);
    }

    void withFollowAReaderFurtherDownIsLeftAlone()
    {
        Scene scene;
        scene.panel.setFollow(Follow::On);
        scene.view->verticalScrollBar()->setValue(5 * kRunRowHeight);
        const qint64 top = scene.topRun();
        scene.arrive(101);
        QCOMPARE(scene.topRun(), top);
    }

    void theSelectionStaysOnItsRun()
    {
        Scene scene;
        scene.view->setCurrentIndex(scene.model.index(3));
        const auto before = scene.view->currentRun();
        QSignalSpy selected(&scene.panel, &RunListPanel::runSelected);
        scene.arrive(101);
        QCOMPARE(scene.view->currentRun(), before);
        QCOMPARE(scene.view->currentIndex().row(), 4);
        QCOMPARE(selected.size(), 0);
    }

    void anotherOrderKeepsTheSelectedRun()
    {
        Scene scene;
        scene.view->setCurrentIndex(scene.model.index(3));
        const auto before = scene.view->currentRun();
        scene.model.setQuery({.filter = {}, .sort = {RunSortKey::Started, SortOrder::Ascending}});
        QTRY_COMPARE(scene.view->currentIndex().row(), 96);
        QTRY_COMPARE(scene.view->currentRun(), before);
    }

    void anOrderThatIsChosenIsLookedAtFromItsBeginning()
    {
        Scene scene;
        QObject::connect(&scene.panel, &RunListPanel::sortChanged, &scene.model,
                         [&scene](const RunSort &sort) {
                             scene.model.setQuery({{}, sort});
                         });
        scene.view->verticalScrollBar()->setValue(30 * kRunRowHeight);
        const auto choices = scene.panel.findChildren<QMenu *>();
        QVERIFY(!choices.isEmpty());
        choices.first()->actions().at(1)->trigger(); // oldest first
        QTRY_COMPARE(scene.topRun(), 1);
        QCOMPARE(scene.scroll(), 0);
    }

    void aLongCountIsShownWithoutTheWordBeforeIt()
    {
        Scene scene;
        auto *search = scene.panel.findChild<QLineEdit *>();
        QTest::keyClicks(search, QStringLiteral("item 7"));
        scene.model.setTotal(1'234);
        QTRY_VERIFY(scene.model.countText().startsWith(QStringLiteral("showing ")));
        const QString text = scene.model.countText();
        const auto shown = [&scene] {
            for (const Chip *chip : scene.panel.findChildren<Chip *>())
                if (chip->isVisible() && chip->text().contains(QStringLiteral(" of ")))
                    return chip->text();
            return QString();
        };
        scene.panel.resize(600, 600);
        QTRY_COMPARE(shown(), text);
        scene.panel.resize(240, 600);
        QTRY_COMPARE(shown(), text.mid(QStringLiteral("showing ").size()));
    }

    void aFilteredListIsLookedAtFromItsBeginning()
    {
        Scene scene;
        scene.view->verticalScrollBar()->setValue(30 * kRunRowHeight);
        auto *search = scene.panel.findChild<QLineEdit *>();
        QTest::keyClicks(search, QStringLiteral("item"));
        QTRY_COMPARE(scene.model.query().filter.text, QStringLiteral("item"));
        QTRY_COMPARE(scene.scroll(), 0);
    }

    void deleteAsksForEverySelectedRun()
    {
        Scene scene;
        QSignalSpy asked(&scene.panel, &RunListPanel::deleteRequested);
        scene.view->setCurrentIndex(scene.model.index(1));
        QTest::keyClick(scene.view, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(scene.view, Qt::Key_Delete);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked.first().first().value<std::vector<ExecutionId>>().size(), size_t(2));
    }

    void deleteAlsoTakesSelectedRunsThatWereNeverLoaded()
    {
        Scene scene(1000);
        QSignalSpy asked(&scene.panel, &RunListPanel::deleteRequested);
        scene.view->selectAll();
        QTest::keyClick(scene.view, Qt::Key_Delete);
        QTRY_COMPARE(asked.size(), 1);
        QCOMPARE(asked.first().first().value<std::vector<ExecutionId>>().size(), size_t(1000));
    }

    void tagsAreEditedInTheRow()
    {
        Scene scene;
        QSignalSpy edited(&scene.panel, &RunListPanel::tagsEdited);
        RunFacets facets;
        facets.tags = {{QStringLiteral("golden"), 3}};
        scene.panel.setFacets(facets);
        scene.view->setCurrentIndex(scene.model.index(0));
        QTest::keyClick(scene.view, Qt::Key_T);
        auto *editor = scene.view->findChild<TagEditor *>();
        QVERIFY(editor && editor->isVisible());
        QTest::keyClicks(editor, QStringLiteral("slow, go"));
        QTest::keyClick(editor, Qt::Key_Return);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited.first().at(1).toStringList(),
                 QStringList({QStringLiteral("slow"), QStringLiteral("golden")}));
        QVERIFY(!editor->isVisible());
    }

    void escapeLeavesTheTagsAsTheyWere()
    {
        Scene scene;
        QSignalSpy edited(&scene.panel, &RunListPanel::tagsEdited);
        scene.view->setCurrentIndex(scene.model.index(0));
        QTest::keyClick(scene.view, Qt::Key_F2);
        auto *editor = scene.view->findChild<TagEditor *>();
        QTest::keyClicks(editor, QStringLiteral("x"));
        QTest::keyClick(editor, Qt::Key_Escape);
        QVERIFY(!editor->isVisible());
        QCOMPARE(edited.size(), 0);
    }

    void copyTakesTheIds()
    {
        Scene scene;
        scene.view->setCurrentIndex(scene.model.index(0));
        QTest::keySequence(scene.view, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), scene.model.at(0)->id.toString());
    }

    void searchingNarrowsTheListAndClearFiltersWidensIt()
    {
        Scene scene;
        auto *field = scene.panel.findChild<QLineEdit *>();
        scene.panel.focusSearch();
        QTest::keyClicks(field, QStringLiteral("no such item"));
        QTRY_COMPARE(scene.model.rowCount(), 0);
        auto *empty = scene.panel.findChild<EmptyState *>();
        QTRY_VERIFY(empty->isVisible());
        QCOMPARE(empty->accessibleName(), QStringLiteral("No run matches"));
        QTest::mouseClick(empty->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_COMPARE(scene.model.rowCount(), 100);
        QVERIFY(field->text().isEmpty());
    }

    void eachConditionIsTakenAwayByItsChip()
    {
        Scene scene;
        RunFilter filter;
        filter.statuses = {RunStatus::Failed};
        filter.pipelines = {QStringLiteral("pipeline_1"), QStringLiteral("pipeline_2")};
        scene.panel.setFilter(filter);
        QSignalSpy changed(&scene.panel, &RunListPanel::filterChanged);
        Chip *second = nullptr;
        for (Chip *chip : scene.panel.findChildren<Chip *>())
            if (chip->text() == QStringLiteral("pipeline_2"))
                second = chip;
        QVERIFY(second);
        QTest::mouseClick(second, Qt::LeftButton);
        filter.pipelines.removeLast();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().value<RunFilter>(), filter);
    }

    void aFailureOffersToTryAgain()
    {
        Scene scene;
        scene.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("Gone.")};
        scene.model.setQuery({.filter = {}, .sort = {RunSortKey::Started, SortOrder::Ascending}});
        auto *page = scene.panel.findChild<EmptyState *>();
        QTRY_VERIFY(page->isVisible());
        QCOMPARE(page->accessibleDescription(), QStringLiteral("Gone."));
        scene.source.failure.reset();
        QTest::mouseClick(page->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_COMPARE(scene.model.state(), Model::State::Ready);
        QVERIFY(scene.view->isVisible());
    }

    void theLinesOfTheFirstRunPageAreWhatTheListenerTakes()
    {
        const QString lines = FirstRunView::curlLines(QStringLiteral("http://127.0.0.1:4318"));
        const QString body = lines.section(u'\'', 3, 3);
        const auto json = QJsonDocument::fromJson(body.toUtf8());
        QVERIFY(json.isArray());
        QVERIFY(lines.startsWith(QStringLiteral("curl -s http://127.0.0.1:4318/batch")));
        QVERIFY(FirstRunView::pythonLines(QStringLiteral("http://h:1"))
                    .contains(QStringLiteral("http://h:1/batch")));
    }
};

QTEST_MAIN(tst_RunListPanel)
#include "tst_run_list_panel.moc"
