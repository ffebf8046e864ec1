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
#include <views/look/toast_bar.h>
#include <views/query/histogram_view.h>
#include <views/query/pick_button.h>
#include <views/query/query_builder.h>
#include <views/query/query_field.h>
#include <views/query/saved_list.h>
#include <views/query/value_editor.h>

#include <QApplication>
#include <QFile>
#include <QInputDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QMenu>
#include <QProgressDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>
#include <QToolButton>
#include <QWindow>

using namespace xray;
using namespace xray::test;
using items::QueryResultModel;
using State = QueryResultModel::State;

namespace {

const QString kHarshFilters = QStringLiteral("type = filter and percentage_eliminated > 90");
const QString kSentence =
    QStringLiteral("Excluded item 'MacBook Stand' because it contains 'Apple' keyword.");

const std::vector<query::SavedQuery> kTeamsQueries{
    {QStringLiteral("Filters that ate everything"), kHarshFilters, 0},
    {QStringLiteral("Completed, yet a filter > 90 %"),
     QStringLiteral("runs where status = completed and any(%1)").arg(kHarshFilters), 0},
    {QStringLiteral("Ranking without confidence"),
     QStringLiteral("type = ranking and confidence < 0.4"), 0},
    {QStringLiteral("Slow LLM steps in prod"),
     QStringLiteral("type = llm and duration > 2s and environment = prod"), 0},
};

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

QString textOf(OpenWindow &window)
{
    return window->queryBar().field().text();
}

void submit(OpenWindow &window, std::vector<Event> events)
{
    Submission submission; // past the page, as another process would
    submission.events = std::move(events);
    submission.done = [](const SubmissionResult &) {};
    QVERIFY(window->host()->sink().submit(std::move(submission)).ok());
}

void keep(OpenWindow &window, const std::vector<query::SavedQuery> &queries)
{
    std::vector<Event> events;
    for (const query::SavedQuery &query : queries)
        events.emplace_back(SaveQueryEvent{query.name.toUtf8(), query.text.toUtf8()});
    submit(window, std::move(events));
}

void forget(OpenWindow &window, const std::vector<query::SavedQuery> &queries)
{
    std::vector<Event> events;
    for (const query::SavedQuery &query : queries)
        events.emplace_back(RemoveQueryEvent{query.name.toUtf8()});
    submit(window, std::move(events));
}

/// Clicks the button and goes to the entry of its menu, through sub-menus, with the keyboard.
bool choose(OpenWindow &window, QWidget *button, QMenu *menu, const QStringList &entries)
{
    QTimer later; // the menu of a button runs a loop of its own
    bool chosen = true;
    QObject::connect(&later, &QTimer::timeout, menu, [&] {
        if (!menu->isVisible())
            return;
        later.stop();
        QMenu *level = menu;
        for (const QString &entry : entries) {
            const auto actions = level->actions();
            const auto found = std::ranges::find_if(actions, [&](const QAction *action) {
                return action->text().section(u'\t', 0, 0) == entry;
            });
            chosen = chosen && found != actions.end();
            if (!chosen)
                return menu->close(), void();
            level->setActiveAction(*found);
            QTest::keyClick(level, (*found)->menu() ? Qt::Key_Right : Qt::Key_Return);
            level = (*found)->menu() ? (*found)->menu() : level;
        }
    });
    later.start(20);
    Person(*window).click(button, button->rect());
    return QTest::qWaitFor([&] { return !later.isActive(); }) && chosen;
}

bool addCondition(OpenWindow &window, const QStringList &entries)
{
    views::QueryBuilder &builder = pageOf(window).builder();
    auto *menu = builder.findChild<QMenu *>(QString(), Qt::FindDirectChildrenOnly);
    return menu && choose(window, builder.addButton(), menu, entries);
}

void dragThreshold(OpenWindow &window, views::HistogramView &histogram, double value)
{
    const auto at = [&](double x) {
        return histogram.mapTo(&*window, QPoint(qRound(x), histogram.height() / 2));
    };
    QWindow *handle = window->windowHandle();
    QTest::mousePress(handle, Qt::LeftButton, {}, at(histogram.xOf(histogram.threshold())));
    for (const double share : {0.3, 0.6, 1.0}) {
        const double from = histogram.xOf(histogram.threshold());
        QTest::mouseMove(handle, at(from + share * (histogram.xOf(value) - from)));
    }
    QTest::mouseRelease(handle, Qt::LeftButton, {}, at(histogram.xOf(value)));
}

/// The number on the builder's button; 0 while it counts.
int countOf(views::QueryBuilder &builder)
{
    return builder.matchesButton()->text().section(u' ', 0, 0).remove(u',').toInt();
}

/// The cells of the second line of a CSV file, as RFC 4180 reads them.
QStringList secondRecord(const QString &csv)
{
    QStringList cells{QString()};
    bool quoted = false;
    for (qsizetype at = csv.indexOf(u'\n') + 1; at < csv.size(); ++at) {
        const QChar sign = csv[at];
        if (sign == u'"' && quoted && at + 1 < csv.size() && csv[at + 1] == u'"')
            cells.last() += csv[++at];
        else if (sign == u'"')
            quoted = !quoted;
        else if (sign == u',' && !quoted)
            cells += QString();
        else if (sign == u'\n' && !quoted)
            break;
        else
            cells.last() += sign;
    }
    return cells;
}

/// The name of the first step of an exported file.
QString stepNameIn(const QByteArray &text, views::ExportFormat format)
{
    const QString key = QStringLiteral("step_name");
    switch (format) {
    case views::ExportFormat::Csv: {
        const QStringList titles = QString::fromUtf8(text).section(u'\n', 0, 0).split(u',');
        return secondRecord(QString::fromUtf8(text)).value(titles.indexOf(key));
    }
    case views::ExportFormat::Json:
        return QJsonDocument::fromJson(text).array().first().toObject().value(key).toString();
    case views::ExportFormat::Ndjson:
        return QJsonDocument::fromJson(text.left(text.indexOf('\n')))
            .object()
            .value(key)
            .toString();
    }
    return {};
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
        keep(window, kTeamsQueries);
        QTRY_COMPARE(pageOf(window).saved().list()->count(), int(kTeamsQueries.size()));
        QTRY_VERIFY(!pageOf(window).saved().countText(kTeamsQueries.back().name).isEmpty());
        saveInBothSchemes(window, QStringLiteral("query"));
        forget(window, kTeamsQueries);
        QTRY_COMPARE(pageOf(window).saved().list()->count(), 0);
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

    void aQuestionIsBuiltWithMouseAndKeyboardAlone()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        Person person(*window);
        person.press(QKeySequence(QStringLiteral("Ctrl+B")));
        QTRY_VERIFY(window.workspace().showsQueries());
        views::QueryBuilder &builder = pageOf(window).builder();
        QVERIFY(addCondition(window, {QStringLiteral("type")}));
        QTRY_COMPARE(builder.conditionCards().size(), std::size_t(1));
        QTRY_VERIFY(isInSight(*builder.conditionCards()[0], builder.conditionCards()[0]->rect()));
        views::PickButton *type = builder.conditionCards()[0]->editor()->menuButton();
        QVERIFY(choose(window, type, type->menu(), {QStringLiteral("filter")}));
        QTRY_COMPARE(textOf(window), QStringLiteral("type = filter"));
        QVERIFY(addCondition(window,
                             {QStringLiteral("Metrics"), QStringLiteral("percentage_eliminated")}));
        QTRY_COMPARE(builder.conditionCards().size(), std::size_t(2));
        views::HistogramView *histogram = builder.conditionCards()[1]->histogram();
        QTRY_VERIFY(histogram->caption().contains(QStringLiteral(" of ")));
        const int before = countOf(builder);
        dragThreshold(window, *histogram, 50);
        QTRY_VERIFY(textOf(window).startsWith(
            QStringLiteral("type = filter and percentage_eliminated > ")));
        QVERIFY(std::abs(histogram->threshold() - 50) <= 1);
        QTRY_VERIFY(countOf(builder) > before); // a lower threshold lets more through
        QTRY_COMPARE(query::toText(resultsOf(window).query()), textOf(window));
        QTRY_VERIFY(hasMatches(window));
        window.savePicture(QStringLiteral("query-built.png"));
    }

    void cardsAreNestedByDraggingInTheWindow()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter and error and issue"));
        views::QueryBuilder &builder = pageOf(window).builder();
        QTRY_COMPARE(builder.conditionCards().size(), std::size_t(3));
        const auto center = [&](QWidget *widget) {
            return widget->mapTo(&*window, widget->rect().center());
        };
        views::NodeFrame *dragged = builder.cardAt({2});
        QTRY_VERIFY(isInSight(*dragged, dragged->rect()));
        QWindow *handle = window->windowHandle();
        QTest::mousePress(handle, Qt::LeftButton, {}, center(dragged->grip()));
        QTest::mouseMove(handle, center(dragged->grip()) - QPoint(0, 20));
        QTest::mouseMove(handle, center(builder.cardAt({1})));
        window.savePicture(QStringLiteral("query-dragging.png"));
        QTest::mouseRelease(handle, Qt::LeftButton, {}, center(builder.cardAt({1})));
        QTRY_COMPARE(textOf(window), QStringLiteral("type = filter and (error or issue)"));
        QTRY_COMPARE(query::toText(resultsOf(window).query()), textOf(window));
    }

    void theQuestionsOfTheIssueAreAnswered_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("harsh filters")
            << QStringLiteral("type = filter and percentage_eliminated > 90");
        QTest::newRow("unsure rankings") << QStringLiteral("type = ranking and confidence < 0.4");
        QTest::newRow("completed in spite of it")
            << QStringLiteral("runs where any(type = filter and percentage_eliminated > 90) and "
                              "status = completed");
        QTest::newRow("the incident")
            << QStringLiteral("type = filter and text : \"MacBook Stand\"");
    }
    void theQuestionsOfTheIssueAreAnswered()
    {
        QFETCH(QString, text);
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, text);
        QTRY_VERIFY(hasMatches(window));
        QTRY_VERIFY(!pageOf(window).results().countText().contains(QStringLiteral("counting")));
        QCOMPARE(query::toText(pageOf(window).builder().query()), text);
        window.savePicture(
            QStringLiteral("query-%1.png")
                .arg(QString::fromUtf8(QTest::currentDataTag()).replace(u' ', u'-')));
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
        QVERIFY(window->queryBar().field().isAncestorOf(QApplication::focusWidget()));
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

    void aWatchMarksWhatMatchesNoLonger()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ExecutionEvent run;
        run.id = ExecutionId::newV7();
        run.pipelineName = QByteArray("watched_pipeline");
        StepEvent step;
        step.id = StepId::newV7();
        step.executionId = run.id;
        step.name = QByteArray("filter_again");
        step.type = StepType::Filter;
        step.reasoning = QByteArray(R"({"percentage_eliminated":99})");
        submit(window, {run, step});
        ask(window, QStringLiteral("percentage_eliminated > 90 and run.status = running"));
        QTest::mouseClick(window->queryBar().watchButton(), Qt::LeftButton);
        QTRY_VERIFY(hasMatches(window));
        const auto shows = [&](int matches, int gone) {
            return resultsOf(window).matchCount() == matches &&
                   resultsOf(window).goneCount() == gone &&
                   countOf(pageOf(window).builder()) == matches;
        };
        const int before = resultsOf(window).matchCount();
        QTRY_VERIFY(shows(before, 0));
        step.reasoning = QByteArray(R"({"percentage_eliminated":10})");
        submit(window, {step});
        QTRY_VERIFY(shows(before - 1, 1));
        saveInBothSchemes(window, QStringLiteral("query-gone"));
        step.reasoning = QByteArray(R"({"percentage_eliminated":95})");
        submit(window, {step});
        QTRY_VERIFY(shows(before, 0));
        ExecutionEvent end; // the step stays as it is
        end.id = run.id;
        end.status = RunStatus::Completed;
        submit(window, {end});
        QTRY_VERIFY(shows(before - 1, 1));
        ask(window, textOf(window));
        QTRY_VERIFY(shows(before - 1, 0));
    }

    void aWatchOfRunsLetsThemInInTheirPlace()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("runs where any(%1)").arg(kHarshFilters));
        QTRY_VERIFY(hasMatches(window));
        const int before = resultsOf(window).rowCount();
        QTest::mouseClick(window->queryBar().watchButton(), Qt::LeftButton);
        QTRY_VERIFY(hasMatches(window));
        pageOf(window).results().table()->selectRow(2);
        QSignalSpy resets(&resultsOf(window), &QAbstractItemModel::modelReset);
        QSignalSpy arrived(&pageOf(window).session(), &app::QuerySession::matchesArrived);
        QVERIFY(window->host()->sink().submit(harshStep()).ok());
        QTRY_COMPARE(arrived.size(), 1);
        QCOMPARE(resultsOf(window).rowCount(), before + 1);
        QCOMPARE(resultsOf(window).newCount(), 1);
        QVERIFY(resets.isEmpty());
        QCOMPARE(pageOf(window).results().table()->currentIndex().row(), 3);
        QTRY_COMPARE(pageOf(window).results().countText(),
                     QStringLiteral("%1 runs").arg(before + 1));
    }

    void aQueryThatAnotherSavedShowsUpAndADeletedOneComesBack()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, kHarshFilters);
        QTRY_VERIFY(hasMatches(window));
        keep(window, {{QStringLiteral("Of a colleague"), QStringLiteral("error"), 0}});
        QListWidget *list = pageOf(window).saved().list();
        QTRY_COMPARE(list->count(), 1);
        QCOMPARE(pageOf(window).saved().asText(), QStringLiteral("# Of a colleague\nerror\n"));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE(list->count(), 0);
        auto *toast = window->findChild<views::ToastBar *>();
        QVERIFY(toast && toast->isVisible());
        QTest::mouseClick(toast->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_COMPARE(list->count(), 1);
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE(list->count(), 0);
    }

    void whatIsExportedIsWhatWasSent_data()
    {
        QTest::addColumn<views::ExportFormat>("format");
        QTest::newRow("CSV") << views::ExportFormat::Csv;
        QTest::newRow("JSON") << views::ExportFormat::Json;
        QTest::newRow("NDJSON") << views::ExportFormat::Ndjson;
    }
    void whatIsExportedIsWhatWasSent()
    {
        QFETCH(views::ExportFormat, format);
        const QString name = QStringLiteral("rank \"best\", or\r\nאחרון 日本 🙂");
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        QVERIFY(window->host()->sink().submit(harshStep(name.toUtf8())).ok());
        const QString text = QStringLiteral("step : \"日本\"");
        QTRY_VERIFY_WITH_TIMEOUT((ask(window, text), QTest::qWait(300), hasMatches(window)),
                                 20'000);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("matches"));
        QSignalSpy told(&pageOf(window), &app::QueryPage::told);
        pageOf(window).exportMatchesTo(path, format);
        QTRY_COMPARE(told.size(), 1);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(stepNameIn(file.readAll(), format), name);
    }

    void everyMatchIsExported()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter and pipeline != watched_pipeline"));
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
        QTRY_VERIFY(!window->findChild<QProgressDialog *>());
        QCOMPARE(told.size(), 1); // and nothing says that it was given up
    }

    void anExportThatIsGivenUpLeavesNoFile()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QString());
        QTRY_VERIFY(hasMatches(window));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("matches.json"));
        QSignalSpy told(&pageOf(window), &app::QueryPage::told);
        pageOf(window).exportMatchesTo(path, views::ExportFormat::Json);
        auto *progress = window->findChild<QProgressDialog *>();
        QVERIFY(progress);
        Q_EMIT progress->canceled(); // as its button does
        QTRY_VERIFY(!window->findChild<QProgressDialog *>());
        QCOMPARE(told.size(), 1);
        QVERIFY(told[0][0].toString().contains(QStringLiteral("Nothing was written")));
        QVERIFY(QDir(folder.path()).isEmpty());
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

    void aMetricOfRunsIsBrushedToRunsThatHaveSuchAStep()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(knowsNames(window));
        ask(window, QStringLiteral("type = filter and percentage_eliminated > 80"));
        QTRY_VERIFY(hasMatches(window));
        QTest::mouseClick(pageOf(window).results().groupButton(), Qt::LeftButton);
        pageOf(window).results().showTrends();
        views::TrendsPanel &trends = pageOf(window).trends();
        QTRY_VERIFY(!trends.spreadChart()->chart()->series().isEmpty());
        QCOMPARE(trends.spreadChart()->title(),
                 QStringLiteral("percentage_eliminated of their steps, distribution"));
        saveInBothSchemes(window, QStringLiteral("trends-runs"));
        Q_EMIT trends.valuesPicked(QStringLiteral("percentage_eliminated"), 10, 20);
        QTRY_COMPARE(textOf(window),
                     QStringLiteral("runs where any(type = filter and percentage_eliminated > 80) "
                                    "and any(percentage_eliminated >= 10 and "
                                    "percentage_eliminated < 20)"));
        Q_EMIT trends.valuesPicked(QStringLiteral("percentage_eliminated"), 30, INFINITY);
        QTRY_COMPARE(textOf(window),
                     QStringLiteral("runs where any(type = filter and percentage_eliminated > 80) "
                                    "and any(percentage_eliminated >= 30)"));
    }

private:
    /// A run with a filter that keeps next to nothing.
    static Submission harshStep(const QByteArray &name = "filter_everything")
    {
        ExecutionEvent run;
        run.id = ExecutionId::newV7();
        run.pipelineName = QByteArray("watched_pipeline");
        StepEvent step;
        step.executionId = run.id;
        step.name = name;
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
