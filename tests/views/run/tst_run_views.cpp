// SPDX-License-Identifier: GPL-3.0-or-later
#include <views/look/style.h>
#include <views/look/table_header.h>
#include <views/run/error_list_view.h>
#include <views/run/run_header.h>
#include <views/run/step_table_view.h>
#include <views/run/tags_editor.h>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace xray;
using namespace xray::views;
using items::StepTableModel;

namespace {

Step step(int row, const char *name, StepType type, DurationNs start, DurationNs duration)
{
    Step s;
    s.row.value = row;
    s.id = StepId::newV7();
    s.index = row;
    s.name = QString::fromUtf8(name);
    s.type = type;
    s.status = StepStatus::Completed;
    s.startedAt = start;
    s.duration = duration;
    return s;
}

Step counting(Step s, qint64 in, qint64 out, double confidence)
{
    s.countIn = in;
    s.countOut = out;
    s.metrics = {{QStringLiteral("confidence"), confidence}};
    return s;
}

constexpr auto ms = kNsPerMs;

std::vector<Step> incidentSteps()
{
    return {
        counting(step(1, "generate_keywords", StepType::Llm, 0, 610 * ms), 1, 6, 0.87),
        step(2, "search_products", StepType::Api, 612 * ms, 452 * ms),
        counting(step(3, "filter_relevance", StepType::Filter, 1'066 * ms, 1'064 * ms), 50, 5,
                 0.41),
        counting(step(4, "rank_candidates", StepType::Ranking, 2'131 * ms, 388 * ms), 5, 5, 0.36),
        counting(step(5, "select_winner", StepType::Analysis, 2'522 * ms, 140 * ms), 5, 1, 0.52),
    };
}

std::shared_ptr<RunSnapshot> snapshotOf(std::vector<Step> steps)
{
    auto snapshot = std::make_shared<RunSnapshot>();
    Execution &run = snapshot->run;
    run.id = ExecutionId::newV7();
    run.pipelineName = QStringLiteral("competitor_selection");
    run.environment = QStringLiteral("prod");
    run.trigger = R"({"type":"api"})";
    run.status = RunStatus::Completed;
    run.duration = 2'662 * ms;
    run.stepCount = static_cast<qint64>(steps.size());
    run.title = QStringLiteral("laptop stand");
    run.outcome = QStringLiteral("Phone case, shockproof");
    run.tags = {QStringLiteral("canary")};
    snapshot->steps = StepList(std::move(steps));
    return snapshot;
}

std::shared_ptr<RunSnapshot> strainingSnapshot()
{
    auto steps = incidentSteps();
    steps[1].status = StepStatus::Running;
    steps[1].duration.reset();
    steps[3].status = StepStatus::Failed;
    steps[4].name =
        QStringLiteral("select_winner_among_the_remaining_candidates_by_estimated_margin");
    steps[4].issues.push_back({});
    for (int i = 0; i < 8; ++i)
        steps[0].metrics.push_back({QStringLiteral("tokens.%1").arg(i), 1'204.0 * i});
    const TimeNs start = nowNs() - 4 * kNsPerSecond;
    for (Step &s : steps)
        s.startedAt += start;
    auto snapshot = snapshotOf(steps);
    snapshot->run.startedAt = start;
    snapshot->run.status = RunStatus::Running;
    snapshot->run.duration.reset();
    snapshot->run.errorCount = 1;
    ExecutionError error;
    error.stepId = steps[3].id;
    error.type = QStringLiteral("TimeoutError");
    error.message = QStringLiteral("No answer from the ranking service after 30 s");
    error.occurredAt = nowNs();
    snapshot->errors = {error};
    return snapshot;
}

template<class Widget>
Widget *named(const QWidget &parent, const QString &accessibleName)
{
    for (Widget *widget : parent.findChildren<Widget *>()) {
        if (widget->accessibleName() == accessibleName)
            return widget;
    }
    return nullptr;
}

} // namespace

class TestRunViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void theFactsAreOneLine()
    {
        const auto snapshot = snapshotOf(incidentSteps());
        const QString facts = runFacts(*snapshot, snapshot->run.startedAt);
        QVERIFY2(facts.endsWith(QStringLiteral(
                     " · 2.66 s · 5 steps · no errors · result “Phone case, shockproof”")),
                 qPrintable(facts));
    }

    void aTriggerIsAWordOrAnObject()
    {
        QCOMPARE(triggerText("\"cron\""), QStringLiteral("cron"));
        QCOMPARE(triggerText(R"({"type":"api","by":"x"})"), QStringLiteral("api"));
        QCOMPARE(triggerText(""), QString());
        QCOMPARE(triggerText("{}"), QString());
    }

    void tagsAreEditedInPlace()
    {
        RunHeader header;
        const auto snapshot = snapshotOf({});
        header.setSnapshot(snapshot);
        header.show();
        QSignalSpy edited(&header, &RunHeader::tagsEdited);
        named<QToolButton>(header, QStringLiteral("Edit tags"))->click();
        auto *line = header.findChild<QLineEdit *>();
        QVERIFY(line->isVisible());
        QCOMPARE(line->text(), QStringLiteral("canary"));
        line->setText(QStringLiteral("canary, bad answer ,,canary"));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited[0][0].value<ExecutionId>(), snapshot->run.id);
        QCOMPARE(edited[0][1].toStringList(),
                 (QStringList{QStringLiteral("canary"), QStringLiteral("bad answer")}));
    }

    void escapeLeavesTheTagsAsTheyWere()
    {
        RunHeader header;
        header.setSnapshot(snapshotOf({}));
        header.show();
        QSignalSpy edited(&header, &RunHeader::tagsEdited);
        header.editTags();
        auto *line = header.findChild<QLineEdit *>();
        line->setText(QStringLiteral("other"));
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(!line->isVisible());
        QCOMPARE(edited.size(), 0);
    }

    void tagsBelongToTheRunTheyWereTypedFor()
    {
        RunHeader header;
        header.setSnapshot(snapshotOf({}));
        header.show();
        QSignalSpy edited(&header, &RunHeader::tagsEdited);
        header.editTags();
        header.setSnapshot(snapshotOf({}));
        QVERIFY(!header.findChild<QLineEdit *>()->isVisible());
        QCOMPARE(edited.size(), 0);
    }

    void theIdIsCopied()
    {
        RunHeader header;
        const auto snapshot = snapshotOf({});
        header.setSnapshot(snapshot);
        named<QToolButton>(header, QStringLiteral("Copy the run's id"))->click();
        QCOMPARE(QApplication::clipboard()->text(), snapshot->run.id.toString());
    }

    void theSessionStandsBeforeALongResult()
    {
        const auto snapshot = snapshotOf(incidentSteps());
        snapshot->run.session = QStringLiteral("sess-42");
        QVERIFY(runFacts(*snapshot, snapshot->run.startedAt)
                    .contains(QStringLiteral(" · session sess-42 · result ")));
    }

    void longTitlesStandOnTwoLines()
    {
        const auto lines = [](const char *title) {
            return titleLines(QLatin1String(title)).join(QLatin1Char('|'));
        };
        QCOMPARE(lines("Duration"), QStringLiteral("Duration"));
        QCOMPARE(lines("tokens_completion"), QStringLiteral("tokens_|completion"));
        QCOMPARE(lines("usage.prompt.tokens"), QStringLiteral("usage.prompt.|tokens"));
        QCOMPARE(lines("withoutanybreak"), QStringLiteral("withoutanybreak"));
        QCOMPARE(lines("_leadingonly"), QStringLiteral("_leadingonly"));
    }

    void titlesAreWholeWhereThereIsRoom()
    {
        StepTableView table;
        table.resize(1'000, 300);
        table.show();
        table.setSnapshot(snapshotOf(incidentSteps()));
        QFont font = smallFont();
        font.setWeight(QFont::DemiBold);
        for (int column = 0; column < table.model()->columnCount(); ++column) {
            for (const QString &line :
                 titleLines(table.model()->headerData(column, Qt::Horizontal).toString())) {
                const int room = table.columnWidth(column) - 20; // of padding
                QCOMPARE(QFontMetrics(font).elidedText(line, Qt::ElideRight, room), line);
            }
        }
    }

    void theNumberOfTheLastStepFits()
    {
        std::vector<Step> steps;
        for (int i = 1; i <= 12'345; ++i)
            steps.push_back(step(i, "fetch", StepType::Api, i * ms, ms));
        StepTableView table;
        table.resize(700, 300);
        table.show();
        table.setSnapshot(snapshotOf(std::move(steps)));
        const int text = QFontMetrics(numberFont()).horizontalAdvance(QStringLiteral("12345"));
        QVERIFY(table.columnWidth(StepTableModel::Index) > text + 10);
    }

    void columnsKeepUpWithARunThatGrows()
    {
        std::vector<Step> steps{step(1, "fetch", StepType::Api, ms, ms)};
        const auto before = snapshotOf(steps);
        StepTableView table;
        table.resize(700, 300);
        table.show();
        table.setSnapshot(before);
        const int narrow = table.columnWidth(StepTableModel::Start);
        const int word = QFontMetrics(uiFont()).horizontalAdvance(QStringLiteral("analysis"));
        QVERIFY(table.columnWidth(StepTableModel::Type) > word + 30); // which may come
        for (int i = 2; i <= 12'345; ++i)
            steps.push_back(step(i, "fetch", StepType::Api, i * 1'000 * ms, ms));
        const auto after = std::make_shared<RunSnapshot>(*before);
        after->steps = StepList(std::move(steps));
        table.setSnapshot(after);
        QVERIFY(table.columnWidth(StepTableModel::Start) > narrow);
        const int text = QFontMetrics(numberFont()).horizontalAdvance(QStringLiteral("12345"));
        QVERIFY(table.columnWidth(StepTableModel::Index) > text + 10);
    }

    void anotherOrderIsLookedAtFromItsBeginning()
    {
        std::vector<Step> steps;
        for (int i = 1; i <= 500; ++i)
            steps.push_back(step(i, "fetch", StepType::Api, i * ms, (500 - i) * ms));
        StepTableView table;
        table.resize(700, 300);
        table.setSnapshot(snapshotOf(std::move(steps)));
        table.show();
        table.verticalScrollBar()->setValue(2'000);
        const QHeaderView *header = table.horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(StepTableModel::Duration) + 10, 5});
        QCOMPARE(table.verticalScrollBar()->value(), 0);
        QCOMPARE(table.model()->index(0, StepTableModel::Index).data().toString(),
                 QStringLiteral("500"));
    }

    void typedLettersFindAStepByItsName()
    {
        StepTableView table;
        const auto snapshot = snapshotOf(incidentSteps());
        table.setSnapshot(snapshot);
        table.show();
        table.setSelectedStep(snapshot->steps.at(0).id);
        QTest::keyClicks(&table, QStringLiteral("rank"));
        QCOMPARE(table.selectedStep(), snapshot->steps.at(3).id);
    }

    void choosingAStepByKeyTellsWhich()
    {
        StepTableView table;
        const auto snapshot = snapshotOf(incidentSteps());
        table.setSnapshot(snapshot);
        table.show();
        QSignalSpy selected(&table, &StepTableView::stepSelected);
        QSignalSpy activated(&table, &StepTableView::stepActivated);
        QTest::keyClick(&table, Qt::Key_Down);
        QTest::keyClick(&table, Qt::Key_Down);
        QTest::keyClick(&table, Qt::Key_Return);
        QCOMPARE(table.selectedStep(), selected.last()[0].value<StepId>());
        QCOMPARE(activated.size(), 1);
    }

    void aSelectionFromElsewhereIsShownWithoutASignal()
    {
        StepTableView table;
        const auto snapshot = snapshotOf(incidentSteps());
        table.setSnapshot(snapshot);
        QSignalSpy selected(&table, &StepTableView::stepSelected);
        table.setSelectedStep(snapshot->steps.at(2).id);
        QCOMPARE(table.currentIndex().row(), 2);
        QCOMPARE(selected.size(), 0);
        table.setSelectedStep(std::nullopt);
        QVERIFY(!table.selectionModel()->hasSelection());
    }

    void aStepSelectedBeforeItComesIsSelectedWhenItDoes()
    {
        StepTableView table;
        const auto snapshot = snapshotOf(incidentSteps());
        table.setSelectedStep(snapshot->steps.at(4).id);
        table.setSnapshot(snapshot);
        QCOMPARE(table.currentIndex().row(), 4);
    }

    void aGrowingRunMovesNeitherScrollNorSelection()
    {
        StepTableView table;
        table.resize(800, 300);
        std::vector<Step> steps;
        for (int i = 1; i <= 200; ++i)
            steps.push_back(step(2 * i, "s", StepType::Api, i, i));
        auto snapshot = snapshotOf(steps);
        table.setSnapshot(snapshot);
        table.show();
        table.setSelectedStep(snapshot->steps.at(100).id);
        const int scrolled = table.verticalScrollBar()->value();
        auto grown = std::make_shared<RunSnapshot>(*snapshot);
        grown->steps = snapshot->steps.withChanges(
            {step(401, "new", StepType::Llm, 1, 1), step(402, "new", StepType::Llm, 1, 1)});
        QSignalSpy selected(&table, &StepTableView::stepSelected);
        table.setSnapshot(grown);
        QCOMPARE(table.steps()->rowCount(), 202);
        QCOMPARE(table.verticalScrollBar()->value(), scrolled);
        QCOMPARE(table.currentIndex().row(), 100);
        QCOMPARE(selected.size(), 0);
    }

    void sortingKeepsTheSelectedStep()
    {
        StepTableView table;
        const auto snapshot = snapshotOf(incidentSteps());
        table.setSnapshot(snapshot);
        table.setSelectedStep(snapshot->steps.at(2).id);
        table.sortByColumn(StepTableModel::Duration, Qt::DescendingOrder);
        QCOMPARE(table.currentIndex().row(), 0);
        QCOMPARE(table.selectedStep(), snapshot->steps.at(2).id);
    }

    void anErrorLeadsToItsStep()
    {
        ErrorListView errors;
        const auto snapshot = strainingSnapshot();
        errors.setSnapshot(snapshot);
        QCOMPARE(errors.errorCount(), 1);
        QSignalSpy selected(&errors, &ErrorListView::stepSelected);
        Q_EMIT errors.clicked(errors.model()->index(0, 0));
        QCOMPARE(selected[0][0].value<StepId>(), snapshot->steps.at(3).id);
    }

    void theyArePainted_data()
    {
        QTest::addColumn<RunSnapshotPtr>("snapshot");
        QTest::newRow("incident") << RunSnapshotPtr(snapshotOf(incidentSteps()));
        QTest::newRow("straining") << RunSnapshotPtr(strainingSnapshot());
        QTest::newRow("empty") << RunSnapshotPtr();
    }

    void theyArePainted()
    {
        QFETCH(const RunSnapshotPtr, snapshot);
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            applyLook(*qApp, scheme);
            QWidget page;
            auto *header = new RunHeader;
            auto *table = new StepTableView;
            auto *errors = new ErrorListView;
            auto *column = new QVBoxLayout(&page);
            column->setContentsMargins(0, 0, 0, 0);
            column->addWidget(header);
            column->addWidget(table, 1);
            column->addWidget(errors);
            page.resize(840, 420);
            page.show();
            header->setSnapshot(snapshot);
            table->setSnapshot(snapshot);
            errors->setSnapshot(snapshot);
            if (snapshot)
                table->setSelectedStep(snapshot->steps.at(2).id);
            QCoreApplication::processEvents();
            const QImage image = page.grab().toImage();
            QVERIFY(image.pixelColor(2, 2) == themeOf(scheme).panel);
            const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
            if (folder.isEmpty())
                continue;
            const QString name = QStringLiteral("run-%1-%2.png")
                                     .arg(QString::fromLatin1(QTest::currentDataTag()),
                                          scheme == Scheme::Light ? QStringLiteral("light")
                                                                  : QStringLiteral("dark"));
            QVERIFY(image.save(QDir(folder).filePath(name)));
        }
    }
};

QTEST_MAIN(TestRunViews)
#include "tst_run_views.moc"
