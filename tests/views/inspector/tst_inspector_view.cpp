// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/inspector/sample_steps.h"

#include <views/inspector/decisions_view.h>
#include <views/inspector/error_view.h>
#include <views/inspector/inspector_view.h>
#include <views/inspector/payload_view.h>
#include <views/inspector/raw_view.h>
#include <views/inspector/reading_text.h>
#include <views/look/empty_state.h>
#include <views/look/style.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace xray;
using namespace xray::tests;
using namespace xray::views;
using items::PayloadTreeModel;
using Tab = InspectorView::Tab;

namespace {

/// An inspector of the size it has in the window, which gets its histories at once.
struct Inspector
{
    InspectorView view;
    QSignalSpy shown{&view, &InspectorView::detailShown};

    Inspector()
    {
        view.resize(430, 830);
        QObject::connect(
            &view, &InspectorView::metricHistoryNeeded, &view,
            [this](const MetricHistoryQuery &query) { view.setMetricHistory(historyOf(query)); });
        view.show();
    }

    void show(const DetailPtr &detail)
    {
        const auto before = shown.size();
        view.setDetail(detail, QStringLiteral("competitor_selection"));
        view.setPosition(3, 5);
        QTRY_COMPARE(shown.size(), before + 1);
    }

    template<class Widget>
    Widget *find(const QString &accessibleName) const
    {
        for (Widget *widget : view.findChildren<Widget *>()) {
            if (widget->accessibleName() == accessibleName)
                return widget;
        }
        return nullptr;
    }

    PayloadView *payload(const QString &title) const { return find<PayloadView>(title); }
};

QModelIndex rowOf(const QAbstractItemModel &model, const QString &key,
                  const QModelIndex &parent = {})
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        if (model.index(row, 0, parent).data().toString() == key)
            return model.index(row, 0, parent);
    }
    return {};
}

} // namespace

class TestInspectorView : public QObject
{
    Q_OBJECT

private:
    void shoot(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (folder.isEmpty())
            return;
        QCoreApplication::processEvents();
        QVERIFY(widget.grab().save(QDir(folder).filePath(name + QStringLiteral(".png"))));
    }

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void withoutAStepItSaysWhatToDo()
    {
        Inspector i;
        QVERIFY(i.find<EmptyState>(QStringLiteral("Select a step to see why")));
        QVERIFY(!i.view.shownStep());
    }

    void theReasonStandsFirstInWords()
    {
        Inspector i;
        i.show(incidentFilter());
        QCOMPARE(i.view.whyText(), QStringLiteral("Excluded item 'MacBook Stand' because it "
                                                  "contains 'Apple' keyword."));
        QCOMPARE(i.view.currentTab(), Tab::Reasoning);
        const auto *words = i.view.findChild<ReadingText *>(QStringLiteral("whyText"));
        QVERIFY(words->isVisible());
        QVERIFY(words->viewport()->height() >= words->document()->size().height());
    }

    void everyDecisionIsInTheTable()
    {
        Inspector i;
        i.show(incidentFilter());
        auto *decisions = i.view.findChild<DecisionsView *>();
        QCOMPARE(decisions->model()->rowCount(), 50);
        auto *kept = i.find<QToolButton>(QStringLiteral("Show kept 5 decisions"));
        QVERIFY(kept);
        kept->click();
        QCOMPARE(decisions->model()->rowCount(), 5);
    }

    void aStepThatLoggedNothingSaysSo()
    {
        Inspector i;
        i.show(silentStep());
        QCOMPARE(i.view.whyText(), QStringLiteral("This step logged no reasoning."));
        QVERIFY(!i.view.findChild<DecisionsView *>()->isVisible());
    }

    void aNewerVersionOfTheStepKeepsTabAndSelection()
    {
        Inspector i;
        const DetailPtr detail = incidentFilter();
        i.show(detail);
        i.view.showTab(Tab::Output);
        auto *tree = i.payload(QStringLiteral("Output"))->tree();
        const QPersistentModelIndex items = rowOf(*tree->model(), QStringLiteral("items"));
        tree->setCurrentIndex(items);
        auto newer = std::make_shared<StepDetail>(*detail);
        newer->step.duration = 2 * kNsPerSecond;
        i.show(newer);
        QCOMPARE(i.view.currentTab(), Tab::Output);
        QVERIFY(items.isValid());
        QCOMPARE(tree->currentIndex(), QModelIndex(items));
    }

    void onlyTheLatestStepAskedForIsShown()
    {
        Inspector i;
        i.view.setDetail(hugeString(), {});
        const DetailPtr last = silentStep();
        i.show(last);
        QCOMPARE(i.shown.size(), 1);
        QCOMPARE(i.view.shownStep(), last->step.id);
    }

    void clearingForgetsAStepThatIsStillBeingRead()
    {
        Inspector i;
        i.view.setDetail(hugeString(), {});
        i.view.clear();
        i.show(silentStep());
        QCOMPARE(i.shown.size(), 1);
    }

    void loadingIsSaidWhenItTakesLonger()
    {
        Inspector i;
        i.show(incidentFilter());
        i.view.setLoading();
        QVERIFY(i.view.shownStep());
        QTRY_VERIFY(i.find<EmptyState>(QStringLiteral("Loading the step…")));
        QVERIFY(!i.view.shownStep());
    }

    void aFailureSaysWhatFailed()
    {
        Inspector i;
        QSignalSpy retry(&i.view, &InspectorView::retryRequested);
        i.view.setError({ErrorCode::NotFound, QStringLiteral("The step is gone.")});
        const auto *state = i.find<EmptyState>(QStringLiteral("The step could not be shown"));
        QVERIFY(state);
        QCOMPARE(state->accessibleDescription(), QStringLiteral("The step is gone."));
        state->findChild<QPushButton *>()->click();
        QCOMPARE(retry.size(), 1);
    }

    void theKeyboardEntersAtTheTabs()
    {
        Inspector i;
        i.show(incidentFilter());
        i.view.activateWindow();
        i.view.setFocus();
        QTRY_VERIFY(i.find<QTabBar>(QStringLiteral("What to show of the step"))->hasFocus());
        QTest::keyClick(i.view.focusWidget(), Qt::Key_Right);
        QCOMPARE(i.view.currentTab(), Tab::Input);
    }

    void issuesAreNamedBesideTheReason()
    {
        Inspector i;
        i.show(incidentFilter());
        const auto *issues = i.find<QLabel>(QStringLiteral("Issues of the step"));
        QVERIFY(issues->isVisible());
        QVERIFY(issues->text().contains(QStringLiteral("warning: No rule of this run mentions")));
        i.show(silentStep());
        QVERIFY(!issues->isVisible());
    }

    void neighboursAreAskedFor()
    {
        Inspector i;
        i.show(incidentFilter());
        QSignalSpy next(&i.view, &InspectorView::nextStepRequested);
        QSignalSpy previous(&i.view, &InspectorView::previousStepRequested);
        i.find<QToolButton>(QStringLiteral("Next step"))->click();
        i.find<QToolButton>(QStringLiteral("Previous step"))->click();
        QCOMPARE(next.size(), 1);
        QCOMPARE(previous.size(), 1);
        i.view.setPosition(5, 5);
        QVERIFY(!i.find<QToolButton>(QStringLiteral("Next step"))->isEnabled());
    }

    void historiesAreAskedForWithTheirPipeline()
    {
        Inspector i;
        QSignalSpy needed(&i.view, &InspectorView::metricHistoryNeeded);
        i.show(incidentFilter());
        QCOMPARE(needed.size(), 2);
        const auto query = needed[0][0].value<MetricHistoryQuery>();
        QCOMPARE(query.metric, QStringLiteral("percentage_eliminated"));
        QCOMPARE(query.pipelineName, QStringLiteral("competitor_selection"));
        QCOMPARE(query.stepName, QStringLiteral("filter_relevance"));
    }

    void aCardSaysWhereItsValueStands()
    {
        Inspector i;
        i.show(incidentFilter());
        auto *card = i.find<QWidget>(QStringLiteral("percentage_eliminated: 90.0, unusual"));
        QVERIFY(card);
        QCOMPARE(card->accessibleDescription(), QStringLiteral("above 99 % of 1,204"));
    }

    void aSearchGoesFromMatchToMatch()
    {
        Inspector i;
        i.show(longArray());
        i.view.showTab(Tab::Output);
        auto *output = i.payload(QStringLiteral("Output"));
        output->openSearch();
        QTest::keyClicks(i.find<QLineEdit>(QStringLiteral("Find in output")),
                         QStringLiteral("product 9876"));
        const auto path = [&] {
            return output->tree()->currentIndex().data(PayloadTreeModel::PathRole).toString();
        };
        QTRY_COMPARE(path(), QStringLiteral("output.items[9876].title"));
        output->findNext();
        QCOMPARE(path(), QStringLiteral("output.items[9876].title"));
    }

    void valuePathAndJsonAreCopied()
    {
        Inspector i;
        i.show(incidentFilter());
        i.view.showTab(Tab::Input);
        auto *input = i.payload(QStringLiteral("Input"));
        input->tree()->setCurrentIndex(rowOf(*input->model(), QStringLiteral("title")));
        const auto *clipboard = QApplication::clipboard();
        input->copyValue();
        QCOMPARE(clipboard->text(), QStringLiteral("Laptop Stand"));
        input->copyPath();
        QCOMPARE(clipboard->text(), QStringLiteral("input.title"));
        input->copyJson();
        QCOMPARE(clipboard->text(), QStringLiteral("\"Laptop Stand\""));
    }

    void jsonInAStringIsUnfoldedOnDemand()
    {
        Inspector i;
        i.show(jsonInString());
        i.view.showTab(Tab::Output);
        auto *output = i.payload(QStringLiteral("Output"));
        const QPersistentModelIndex body = rowOf(*output->model(), QStringLiteral("body"));
        QCOMPARE(output->model()->rowCount(body), 0);
        output->tree()->setCurrentIndex(body);
        output->unfoldCurrent();
        QTRY_COMPARE(output->model()->rowCount(body), 1);
        QVERIFY(output->tree()->isExpanded(body));
    }

    void theRestOfALongListIsOneKeyAway()
    {
        Inspector i;
        i.show(longArray());
        i.view.showTab(Tab::Output);
        auto *output = i.payload(QStringLiteral("Output"));
        const QPersistentModelIndex items = rowOf(*output->model(), QStringLiteral("items"));
        output->tree()->expand(items);
        const QModelIndex more = output->model()->index(100, 0, items);
        QCOMPARE(more.data().toString(), QStringLiteral("9,900 more…"));
        output->tree()->setCurrentIndex(more);
        QTest::keyClick(output->tree(), Qt::Key_Return);
        QCOMPARE(output->model()->rowCount(items), 201);
    }

    void errorsAreShownWithTheirStack()
    {
        Inspector i;
        i.show(failedStep());
        i.view.showTab(Tab::Errors);
        const auto *errors = i.view.findChild<ErrorView *>();
        QVERIFY(errors->stack()->toPlainText().startsWith(QStringLiteral("Traceback")));
    }

    void rawTextIsIndentedJson()
    {
        Inspector i;
        i.show(silentStep());
        i.show(incidentFilter());
        i.view.showTab(Tab::Raw);
        const auto *raw = i.view.findChild<RawView *>();
        QTRY_VERIFY(
            raw->text()->toPlainText().contains(QStringLiteral("\n  \"confidence\": 0.41")));
    }

    void everyControlHasAName()
    {
        Inspector i;
        i.show(incidentFilter());
        for (const QToolButton *button : i.view.findChildren<QToolButton *>())
            QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                     button->metaObject()->className());
        for (const QAbstractItemView *view : i.view.findChildren<QAbstractItemView *>())
            QVERIFY(qobject_cast<const QHeaderView *>(view) || !view->accessibleName().isEmpty());
    }

    void itsStatesArePainted_data()
    {
        QTest::addColumn<DetailPtr>("detail");
        QTest::addColumn<InspectorView::Tab>("tab");
        QTest::newRow("incident") << incidentFilter() << Tab::Reasoning;
        QTest::newRow("incident-output") << incidentFilter() << Tab::Output;
        QTest::newRow("incident-raw") << incidentFilter() << Tab::Raw;
        QTest::newRow("500-decisions") << fiveHundredDecisions() << Tab::Reasoning;
        QTest::newRow("huge-string") << hugeString() << Tab::Reasoning;
        QTest::newRow("long-array") << longArray() << Tab::Output;
        QTest::newRow("json-in-string") << jsonInString() << Tab::Output;
        QTest::newRow("failed-step") << failedStep() << Tab::Errors;
        QTest::newRow("silent-step") << silentStep() << Tab::Reasoning;
        QTest::newRow("many-metrics") << manyMetrics() << Tab::Reasoning;
        QTest::newRow("empty") << DetailPtr() << Tab::Reasoning;
    }

    void itsStatesArePainted()
    {
        QFETCH(const DetailPtr, detail);
        QFETCH(const InspectorView::Tab, tab);
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            applyLook(*qApp, scheme);
            Inspector i;
            i.view.showTab(tab);
            if (detail)
                i.show(detail);
            auto *output = i.payload(QStringLiteral("Output"));
            output->tree()->expandToDepth(0);
            output->tree()->setCurrentIndex(rowOf(*output->model(), QStringLiteral("body")));
            output->unfoldCurrent();
            if (output->tree()->currentIndex().isValid())
                QTRY_VERIFY(output->tree()->isExpanded(output->tree()->currentIndex()));
            if (tab == Tab::Raw)
                QTRY_VERIFY(!i.view.findChild<RawView *>()->text()->toPlainText().isEmpty());
            shoot(i.view, QStringLiteral("inspector-%1-%2")
                              .arg(QString::fromLatin1(QTest::currentDataTag()),
                                   scheme == Scheme::Light ? QStringLiteral("light")
                                                           : QStringLiteral("dark")));
            const QImage image = i.view.grab().toImage();
            QVERIFY(image.pixelColor(2, 2) == themeOf(scheme).panel);
        }
    }
};

QTEST_MAIN(TestInspectorView)
#include "tst_inspector_view.moc"
