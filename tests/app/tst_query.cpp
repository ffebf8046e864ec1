// SPDX-License-Identifier: GPL-3.0-or-later
// Questions asked in the real window on the demo, with the keyboard and the mouse: typed, built,
// saved, watched; from the answer to the sentence that explains, and back.
#include "tests/app/open_window.h"
#include "tests/app/private_home.h"

#include <app/window/query_bar.h>
#include <app/window/query_page.h>
#include <views/charts/trends_panel.h>
#include <views/inspector/inspector_view.h>
#include <views/look/empty_state.h>
#include <views/look/style.h>
#include <views/query/histogram_view.h>
#include <views/query/query_builder.h>
#include <views/query/query_field.h>
#include <views/query/saved_list.h>

#include <QApplication>
#include <QFile>
#include <QInputDialog>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace xray;
using namespace xray::test;
using items::QueryResultModel;
using State = QueryResultModel::State;

namespace {

const QString kHarshFilters = QStringLiteral("type = filter and percentage_eliminated > 90");
const QString kSentence =
    QStringLiteral("Excluded item 'MacBook Stand' because it contains 'Apple' keyword.");

app::QueryPage &pageOf(OpenWindow &window)
{
    return window.workspace().queries();
}

QueryResultModel &resultsOf(OpenWindow &window)
{
    return pageOf(window).session().results();
}

bool hasMatches(OpenWindow &window)
{
    return resultsOf(window).state() == State::Ready && resultsOf(window).rowCount() > 0;
}

bool knowsNames(OpenWindow &window)
{
    return !pageOf(window).session().catalogue()->metrics.empty();
}

/// With the keyboard: into the field, the text, Return.
void ask(OpenWindow &window, const QString &text)
{
    Person person(*window);
    person.press(QKeySequence(QStringLiteral("Ctrl+Shift+K")));
    person.paste(text);
    person.press(QKeySequence(Qt::Key_Return));
}

/// The same window in light and dark.
void saveInBothSchemes(OpenWindow &window, const QString &name)
{
    for (const auto &[scheme, word] :
         {std::pair{views::Scheme::Dark, "dark"}, std::pair{views::Scheme::Light, "light"}}) {
        views::applyLook(*qApp, scheme);
        QCoreApplication::processEvents();
        window.savePicture(QStringLiteral("%1-%2.png").arg(name, QLatin1String(word)));
    }
}

} // namespace

class TestQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.fillWithDemo()); }

    void aTypedQuestionIsAnswered()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        QVERIFY(window.workspace().showsQueries());
        const QueryResultModel &results = resultsOf(window);
        for (int row = 0; row < results.rowCount(); ++row) {
            const auto &hit = std::get<query::StepHit>(results.rowAt(row));
            QCOMPARE(hit.step.type, StepType::Filter);
            QVERIFY(metricValue(hit.step, u"percentage_eliminated") > 90);
        }
        QTRY_VERIFY(!pageOf(window).results().countText().contains(QStringLiteral("counting")));
        QTRY_VERIFY(
            !pageOf(window).builder().conditionCards()[1]->histogram()->caption().isEmpty());
        saveInBothSchemes(window, QStringLiteral("query"));
    }

    void anAnswerOpensTheRunAtTheStepAndBackLeadsToTheAnswer()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter and text : \"MacBook Stand\""));
        QTRY_VERIFY(hasMatches(window));
        saveInBothSchemes(window, QStringLiteral("query-incident"));
        Person person(*window);
        pageOf(window).results().table()->setFocus();
        person.press(QKeySequence(Qt::Key_Down));
        person.press(QKeySequence(Qt::Key_Return));
        QTRY_VERIFY(!window.workspace().showsQueries());
        QTRY_VERIFY(window.workspace().inspector().whyText().contains(kSentence));
        window->action(app::ActionId::Back)->trigger();
        QVERIFY(window.workspace().showsQueries());
        person.press(QKeySequence(Qt::Key_Escape));
        QTRY_VERIFY(!window.workspace().showsQueries());
    }

    void theBuilderAndTheTextAreOne()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        views::QueryBuilder &builder = pageOf(window).builder();
        QTRY_COMPARE(builder.conditionCards().size(), std::size_t(2));
        views::HistogramView *histogram = builder.conditionCards()[1]->histogram();
        QTRY_VERIFY(!histogram->caption().isEmpty());
        histogram->setFocus();
        Person(*window).press(QKeySequence(Qt::Key_PageDown));
        const QString text = window->queryBar().field().text();
        QVERIFY2(text != kHarshFilters &&
                     text.startsWith(QStringLiteral("type = filter and percentage_eliminated > ")),
                 qPrintable(text));
        QTRY_COMPARE(query::toText(resultsOf(window).query()), text);
    }

    void runsAreAskedForByTheirSteps()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("runs where status = completed and any(%1)").arg(kHarshFilters));
        QTRY_VERIFY(hasMatches(window));
        QVERIFY(std::holds_alternative<Execution>(resultsOf(window).rowAt(0)));
        window.savePicture(QStringLiteral("query-runs.png"));
        pageOf(window).results().table()->setFocus();
        Person person(*window);
        person.press(QKeySequence(Qt::Key_Down));
        person.press(QKeySequence(Qt::Key_Return));
        QTRY_VERIFY(window.session().stepDetail());
        QTRY_COMPARE(window.session().stepDetail()->step.type, StepType::Filter);
    }

    void groupingShowsTheRunsOfTheSteps()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        QTest::mouseClick(pageOf(window).results().groupButton(), Qt::LeftButton);
        QTRY_VERIFY(hasMatches(window) &&
                    std::holds_alternative<Execution>(resultsOf(window).rowAt(0)));
        QCOMPARE(window->queryBar().field().text(), kHarshFilters);
    }

    void aMisspeltNameIsCorrectedByItsLink()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter and percentge_eliminated > 90"));
        auto *link = pageOf(window).results().message()->findChild<QPushButton *>();
        QTRY_VERIFY(link->isVisible());
        window.savePicture(QStringLiteral("query-problem.png"));
        QTest::mouseClick(link, Qt::LeftButton);
        QTRY_VERIFY(hasMatches(window));
        QCOMPARE(window->queryBar().field().text(), kHarshFilters);
    }

    void aQueryIsSavedForEveryone()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        window->action(app::ActionId::SaveQuery)->trigger();
        auto *dialog = window->findChild<QInputDialog *>();
        QVERIFY(dialog);
        dialog->setTextValue(QStringLiteral("Filters that ate everything"));
        dialog->accept();
        QListWidget *list = pageOf(window).saved().list();
        QTRY_COMPARE(list->count(), 1);
        QCOMPARE(list->item(0)->text(), QStringLiteral("Filters that ate everything"));
        window.savePicture(QStringLiteral("query-saved.png"));
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE(list->count(), 0);
    }

    void aWatchLetsNewMatchesIn()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        QTest::mouseClick(window->queryBar().watchButton(), Qt::LeftButton);
        QTRY_VERIFY(hasMatches(window));
        const int before = resultsOf(window).rowCount();
        QSignalSpy arrived(&pageOf(window).session(), &app::QuerySession::matchesArrived);
        QVERIFY(window->host()->sink().submit(harshStep()).ok());
        QTRY_COMPARE(arrived.size(), 1);
        QCOMPARE(resultsOf(window).rowCount(), before + 1);
        QCOMPARE(resultsOf(window).newCount(), 1);
        window.savePicture(QStringLiteral("query-watch.png"));
    }

    void everyMatchIsExported()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter"));
        QTRY_VERIFY(hasMatches(window));
        QTRY_VERIFY(!pageOf(window).results().countText().contains(QStringLiteral("counting")));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("matches.csv"));
        QSignalSpy told(&pageOf(window), &app::QueryPage::told);
        pageOf(window).exportMatchesTo(path, views::ExportFormat::Csv);
        QTRY_COMPARE(told.size(), 1);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lines = file.readAll().count('\n');
        QVERIFY(lines > resultsOf(window).rowCount());
        QVERIFY(told[0][0].toString().contains(QString::number((lines - 1) % 1000)));
    }

    void trendsFollowTheQuery()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter"));
        QTRY_VERIFY(hasMatches(window));
        pageOf(window).results().showTrends();
        views::BrushChart *chart = pageOf(window).trends().countChart();
        QTRY_VERIFY(chart->isVisible() && !chart->chart()->series().isEmpty());
        QTRY_VERIFY(!pageOf(window).trends().spreadChart()->chart()->series().isEmpty());
        saveInBothSchemes(window, QStringLiteral("trends"));
        const QRect plot = chart->chart()->plotArea().toRect();
        const auto at = [&](double share) {
            return QPoint(plot.left() + qRound(plot.width() * share), plot.center().y());
        };
        QTest::mousePress(chart->viewport(), Qt::LeftButton, {}, at(0.5));
        QTest::mouseMove(chart->viewport(), at(0.7));
        QTest::mouseRelease(chart->viewport(), Qt::LeftButton, {}, at(0.7));
        QTRY_VERIFY(window->queryBar().field().text().contains(QStringLiteral("started >= ")));
    }

private:
    /// A run with a filter that keeps next to nothing.
    static Submission harshStep()
    {
        ExecutionEvent run;
        run.id = ExecutionId::newV7();
        run.pipelineName = QByteArray("watched_pipeline");
        StepEvent step;
        step.executionId = run.id;
        step.name = QByteArray("filter_everything");
        step.type = StepType::Filter;
        step.input = QByteArray(R"({"total_candidates":100})");
        step.output = QByteArray(R"({"remaining_candidates":1})");
        step.reasoning = QByteArray(R"({"percentage_eliminated":99})");
        Submission submission;
        submission.events = {run, step};
        submission.done = [](const SubmissionResult &) {};
        return submission;
    }

    StoreFolder m_folder;
};

XRAY_APP_TEST_MAIN(QApplication, TestQuery)
#include "tst_query.moc"
