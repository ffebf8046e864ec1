// SPDX-License-Identifier: GPL-3.0-or-later
// What a query found: counts that are true, columns, opening, states, progress.
#include "tests/support/fake_query_source.h"

#include <views/look/chip.h>
#include <views/look/empty_state.h>
#include <views/look/style.h>
#include <views/query/results_panel.h>

#include <QApplication>
#include <QContextMenuEvent>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace xray;
using namespace xray::test;
using namespace xray::views;
using items::QueryResultModel;

namespace {

constexpr QSize kSize{1180, 640};

query::Query queryOf(const char *text)
{
    return std::get<query::Query>(query::parse(QString::fromUtf8(text)));
}

struct Shown
{
    FakeQuerySource source;
    QueryResultModel model;
    ResultsPanel panel{&model, new QWidget};
    bool ready = false;

    explicit Shown(int steps = 1'000)
    {
        source.hits = sampleHits(steps);
        model.setSource(&source);
        panel.resize(kSize);
        panel.show();
        panel.activateWindow();
        ready = QTest::qWaitForWindowActive(&panel);
    }
    void ask(const char *text) { model.ask(queryOf(text), nowNs()); }
    [[nodiscard]] bool isSettled() const { return model.state() == QueryResultModel::State::Ready; }
    [[nodiscard]] QStringList messageTexts() const
    {
        QStringList texts;
        for (const QLabel *label : panel.message()->findChildren<QLabel *>())
            texts += label->text();
        return texts;
    }
    [[nodiscard]] QStringList chipTexts() const
    {
        QStringList texts;
        for (const Chip *chip : panel.findChildren<Chip *>()) {
            if (chip->isVisible())
                texts += chip->text();
        }
        return texts;
    }
    void savePicture(const QString &name)
    {
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (!folder.isEmpty())
            QVERIFY(panel.grab().save(QDir(folder).filePath(name)));
    }
    ~Shown() { model.setSource(nullptr); }
};

} // namespace

class TestResultsPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void itSaysHowManyOfHowManyAreShown()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200, counting…"));
        shown.panel.setCount(query::CountAnswer{500, false});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200 of 500"));
        shown.panel.setCount(query::CountAnswer{10'000, true});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200 of 10,000+"));
        shown.savePicture(QStringLiteral("results.png"));
    }

    void whenAllIsShownItSaysOnlyHowMany()
    {
        Shown shown(20);
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QCOMPARE(shown.panel.countText(), QStringLiteral("10 steps"));
    }

    void whatFitsIsNotElided()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.panel.resize(900, kSize.height()); // no room to give away, but for bars
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        const ResultTable *table = shown.panel.table();
        const QFontMetrics metrics(numberFont());
        for (const auto kind :
             {items::ResultColumnKind::Pipeline, items::ResultColumnKind::StepName}) {
            for (int column = 0; column < shown.model.columnCount(); ++column) {
                if (shown.model.column(column).kind != kind)
                    continue;
                const QString text = shown.model.index(0, column).data().toString();
                const int room = table->columnWidth(column) - 20; // the padding
                QCOMPARE(metrics.elidedText(text, Qt::ElideRight, room), text);
            }
        }
    }

    void scrollingDownLoadsWhatFollows()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QTRY_VERIFY(shown.model.rowCount() > 0);
        shown.panel.table()->scrollToBottom();
        QTRY_VERIFY(shown.model.rowCount() > query::kDefaultPageSize);
    }

    void returnOpensTheRunAtTheStep()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QSignalSpy opened(&shown.panel, &ResultsPanel::openRequested);
        shown.panel.table()->setFocus();
        QTest::keyClick(shown.panel.table(), Qt::Key_Down);
        QTest::keyClick(shown.panel.table(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        const auto step = opened[0][1].value<std::optional<StepId>>();
        QCOMPARE(step,
                 items::stepIdOf(shown.model.rowAt(shown.panel.table()->currentIndex().row())));
    }

    void aCellGoesToTheQueryByItsMenu()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QSignalSpy picked(&shown.panel, &ResultsPanel::conditionPicked);
        ResultTable *table = shown.panel.table();
        const QRect cell = table->visualRect(shown.model.index(0, 1));
        QContextMenuEvent event(QContextMenuEvent::Mouse, cell.center(),
                                table->viewport()->mapToGlobal(cell.center()));
        QApplication::sendEvent(table->viewport(), &event);
        QTRY_VERIFY(QApplication::activePopupWidget());
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        for (QAction *action : menu->actions()) {
            if (action->text().startsWith(QStringLiteral("Add to the query")))
                menu->setActiveAction(action);
        }
        QTest::keyClick(menu, Qt::Key_Return);
        QTRY_COMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].value<query::Condition>().field.id, query::FieldId::Pipeline);
    }

    void aTextThatIsNoQueryOffersWhatWasMeant()
    {
        Shown shown;
        QVERIFY(shown.ready);
        const auto outcome =
            query::compile(QStringLiteral("percentge_eliminated > 90"), sampleCatalogue());
        QVERIFY(std::holds_alternative<query::QueryError>(outcome));
        shown.panel.showProblem(std::get<query::QueryError>(outcome));
        QSignalSpy taken(&shown.panel, &ResultsPanel::suggestionTaken);
        auto *button = shown.panel.message()->findChild<QPushButton *>();
        QVERIFY(button->text().contains(QStringLiteral("percentage_eliminated")));
        shown.savePicture(QStringLiteral("results-problem.png"));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(taken.size(), 1);
    }

    void noMatchesAndFailureSaySo()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("percentage_eliminated > 1000");
        QTRY_VERIFY(shown.isSettled());
        QVERIFY(shown.messageTexts().contains(QStringLiteral("No matches")));
        shown.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is gone.")};
        shown.ask("type = filter");
        QTRY_VERIFY(shown.messageTexts().contains(QStringLiteral("The disk is gone.")));
        QSignalSpy retried(&shown.panel, &ResultsPanel::retryRequested);
        QTest::mouseClick(shown.panel.message()->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(retried.size(), 1);
    }

    void whatTakesLongCanBeCancelled()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.source.answering = FakeQuerySource::Answering::WhenTold;
        shown.ask("text : \"apple\"");
        QPushButton *cancel = nullptr;
        for (auto *button : shown.panel.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Cancel"))
                cancel = button;
        }
        QVERIFY(cancel);
        QVERIFY(!cancel->isVisible());
        QTRY_VERIFY(cancel->isVisible());
        QVERIFY(shown.chipTexts().filter(QStringLiteral("asking · ")).size() == 1);
        shown.savePicture(QStringLiteral("results-asking.png"));
        QSignalSpy cancelled(&shown.panel, &ResultsPanel::cancelRequested);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QCOMPARE(cancelled.size(), 1);
    }

    void aCountThatWasGivenUpIsNotPromised()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        shown.panel.setCount({});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200, counting…"));
        shown.panel.giveUpCount();
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200 of more"));
    }

    void whatIsSortedCanBeAllOfIt()
    {
        Shown shown(1'000);
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QVERIFY(!shown.panel.sortedButton()->isVisible());
        shown.panel.table()->sortByColumn(0, Qt::AscendingOrder);
        QVERIFY(shown.panel.sortedButton()->isVisible());
        QVERIFY(shown.panel.sortedButton()->text().contains(QStringLiteral("the 200 loaded")));
        QTest::mouseClick(shown.panel.sortedButton(), Qt::LeftButton);
        QTRY_COMPARE(shown.panel.countText(), QStringLiteral("500 steps"));
        QVERIFY(!shown.panel.sortedButton()->isVisible());
        qint64 before = 0; // and it is in order
        for (int row = 0; row < shown.model.rowCount(); ++row) {
            const auto now =
                shown.model.index(row, 0).data(QueryResultModel::ValueRole).toLongLong();
            QVERIFY(now >= before);
            before = now;
        }
    }

    void newMatchesAreCounted()
    {
        Shown shown(20);
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        const auto more = sampleHits(26);
        shown.model.takeCommitted({}, {more[0], more[2], more[4]});
        QCOMPARE(shown.panel.countText(), QStringLiteral("13 steps"));
        shown.savePicture(QStringLiteral("results-watch.png"));
    }

    void whatMatchesNoLongerIsNotCountedAndCanBeTakenAway()
    {
        Shown shown(20);
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QVERIFY(!shown.panel.goneButton()->isVisible());
        shown.model.takeCommitted({StepRow{18}, StepRow{14}}, {});
        QCOMPARE(shown.panel.countText(), QStringLiteral("8 steps"));
        QCOMPARE(shown.panel.goneButton()->text(), QStringLiteral("2 no longer match"));
        QVERIFY(shown.panel.goneButton()->isVisible());
        QCOMPARE(shown.model.rowCount(), 10);
        shown.savePicture(QStringLiteral("results-gone.png"));
        QTest::mouseClick(shown.panel.goneButton(), Qt::LeftButton);
        QCOMPARE(shown.model.rowCount(), 8);
        QVERIFY(!shown.panel.goneButton()->isVisible());
    }

    void theCountFollowsAWatchUntilItIsCountedAgain()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.panel.setCount(query::CountAnswer{500, false}); // before the first page
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200 of 500"));
        shown.model.takeCommitted({StepRow{1'000}, StepRow{998}}, {});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 198 of 498"));
        shown.model.takeCommitted({}, {sampleHits(1'002).front()});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 199 of 499"));
        shown.panel.setCount(query::CountAnswer{499, false});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 199 of 499"));
        shown.ask("type = filter");
        QTRY_VERIFY(shown.model.goneCount() == 0);
        shown.panel.setCount(query::CountAnswer{500, false});
        QCOMPARE(shown.panel.countText(), QStringLiteral("showing 200 of 500"));
    }

    void aNarrowHeaderPutsItsChipsOnALineOfTheirOwn()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        const auto *chip = shown.panel.findChild<Chip *>();
        const QPoint wide = chip->mapTo(&shown.panel, QPoint());
        shown.panel.resize(660, kSize.height());
        QTRY_COMPARE(shown.panel.width(), 660);
        shown.model.takeCommitted({StepRow{1'000}, StepRow{998}}, {sampleHits(1'002).front()});
        shown.panel.setCount(query::CountAnswer{10'000, true});
        QTRY_VERIFY(chip->mapTo(&shown.panel, QPoint()).y() > wide.y() + 20);
        QVERIFY(chip->width() >= chip->sizeHint().width());
        QVERIFY(shown.panel.minimumSizeHint().width() <= 660);
        shown.savePicture(QStringLiteral("results-narrow-chips.png"));
        shown.panel.resize(kSize);
        QTRY_VERIFY(chip->mapTo(&shown.panel, QPoint()).y() == wide.y());
    }

    void columnsGiveWayBeforeTheTableScrolls()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter or confidence > 0.3");
        QTRY_VERIFY(shown.isSettled());
        ResultTable *table = shown.panel.table();
        const auto fitsIn = [&](int width) {
            return table->width() == width &&
                   table->horizontalHeader()->length() <= table->viewport()->width();
        };
        for (const int width : {1'100, 900, 760}) {
            shown.panel.resize(width, kSize.height());
            QTRY_VERIFY2(fitsIn(width), qPrintable(QString::number(width)));
        }
        shown.savePicture(QStringLiteral("results-narrow.png"));
    }

    void nobodyChoseWhatTheTableDoesByItself()
    {
        Shown shown;
        QVERIFY(shown.ready);
        for (const char *text : {"type = filter", "confidence > 0.3 and percentage_eliminated > 1",
                                 "type = ranking", "runs where error", "type = filter"}) {
            shown.ask(text);
            QTRY_VERIFY(shown.isSettled());
        }
        QMenu menu;
        shown.panel.table()->fillColumnMenu(&menu);
        menu.actions()[1]->trigger();
        menu.actions()[1]->trigger();
        for (const auto &[title, width] : shown.panel.table()->chosen().widths)
            QFAIL(qPrintable(QStringLiteral("%1: %2").arg(title).arg(width)));
    }

    void aWidthThatWasChosenStays()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        ResultTable *table = shown.panel.table();
        table->horizontalHeader()->resizeSection(1, 333); // as the mouse does
        shown.panel.resize(1'400, kSize.height());
        shown.ask("type = filter and percentage_eliminated > 10");
        QTRY_VERIFY(shown.isSettled());
        QCOMPARE(table->columnWidth(1), 333);
        QCOMPARE(table->chosen().widths.size(), std::size_t(1));
        QMenu menu;
        table->fillColumnMenu(&menu);
        menu.actions().back()->trigger();
        QVERIFY(table->chosen().widths.empty());
        QVERIFY(table->columnWidth(1) != 333);
    }

    void aColumnThatWasHiddenStaysHidden()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.ask("type = filter");
        QTRY_VERIFY(shown.isSettled());
        ResultTable *table = shown.panel.table();
        QMenu menu;
        table->fillColumnMenu(&menu);
        menu.actions()[1]->trigger();
        QVERIFY(table->isColumnHidden(1));
        const ResultColumns chosen = table->chosen();
        Shown another;
        another.panel.table()->setChosen(chosen);
        another.ask("type = filter");
        QTRY_VERIFY(another.isSettled());
        QVERIFY(another.panel.table()->isColumnHidden(1));
    }
};

QTEST_MAIN(TestResultsPanel)
#include "tst_results_panel.moc"
