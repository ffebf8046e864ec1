// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: someone who knows only the wrong answer, a phone case for "laptop stand", reaches
// the sentence that explains it among more than 2,000 runs, in the real window, in at most five
// actions (a click, a key chord, or one pasted phrase each).
#include "tests/app/open_window.h"
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"

#include <views/inspector/inspector_view.h>
#include <views/look/style.h>
#include <views/run/step_table_view.h>

#include <QApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTextBlock>
#include <QTextEdit>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kMostActions = 5;
constexpr int kLeastRuns = 2'000;
constexpr int kArrivals = 40;
constexpr std::chrono::milliseconds kArrivalInterval{50};

const QString kSentence =
    QStringLiteral("Excluded item 'MacBook Stand' because it contains 'Apple' keyword.");
const QString kPhrase = QStringLiteral("laptop stand phone case");
const QString kWrongAnswer = QStringLiteral("phone case");

/// The row whose outcome is the wrong answer; -1 while there is none.
int rowWithTheWrongAnswer(const items::RunListModel &runs)
{
    for (int row = 0; row < runs.rowCount(); ++row) {
        const Execution *run = runs.at(row);
        if (run && run->outcome.contains(kWrongAnswer, Qt::CaseInsensitive))
            return row;
    }
    return -1;
}

/// Where the text stands in the widget; empty when it does not.
QRect placeOf(const QTextEdit &edit, const QString &text)
{
    const QTextCursor found = edit.document()->find(text);
    if (found.isNull())
        return {};
    QTextCursor start = found;
    start.setPosition(found.selectionStart());
    QTextCursor end = found;
    end.setPosition(found.selectionEnd());
    return edit.cursorRect(start) | edit.cursorRect(end);
}

bool sentenceIsInSight(OpenWindow &window)
{
    const auto *why =
        window.workspace().inspector().findChild<QTextEdit *>(QStringLiteral("whyText"));
    return why && why->toPlainText().contains(kSentence) &&
           isInSight(*why->viewport(), placeOf(*why, kSentence));
}

QColor colourBehindTheSentence(OpenWindow &window)
{
    const auto *why =
        window.workspace().inspector().findChild<QTextEdit *>(QStringLiteral("whyText"));
    const QPoint corner = why->parentWidget()->mapTo(&*window, QPoint(2, 2));
    return window->grab().toImage().pixelColor(corner);
}

bool listIsReady(OpenWindow &window, int atLeast)
{
    return window.workspace().runs().state() == items::RunListModel::State::Ready &&
           window.workspace().runs().rowCount() >= atLeast;
}

/// Where the step's name stands in the table; empty while the run is not shown.
QRect cellOfStep(views::StepTableView &table, const QString &name)
{
    const QAbstractItemModel *model = table.model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex cell = model->index(row, items::StepTableModel::Name);
        if (cell.data().toString().contains(name))
            return table.visualRect(cell);
    }
    return {};
}

} // namespace

class TestIncidentWalk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.fillWithDemo()); }

    void theWrongAnswerLeadsToTheSentenceInFiveActions()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(listIsReady(window, kLeastRuns));
        Person person(*window);

        person.press(QKeySequence(QStringLiteral("Ctrl+K")));
        QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
        person.paste(kPhrase);
        const items::RunListModel &runs = window.workspace().runs();
        QTRY_COMPARE(runs.query().filter.text, kPhrase);
        QTRY_VERIFY(listIsReady(window, 1) && runs.rowCount() < kLeastRuns);
        QTRY_VERIFY(rowWithTheWrongAnswer(runs) >= 0);
        window.savePicture(QStringLiteral("incident-1-search.png"));

        QVERIFY(person.clickRun(window.list(), rowWithTheWrongAnswer(runs)));
        QTRY_VERIFY(window.session().run() && window.session().run()->run.outcome.contains(
                                                  kWrongAnswer, Qt::CaseInsensitive));
        QTRY_VERIFY(window.workspace().inspector().shownStep().has_value());
        window.savePicture(QStringLiteral("incident-2-run.png"));

        if (!window.workspace().inspector().whyText().contains(kSentence)) {
            views::StepTableView &table = window.workspace().stepTable();
            const QRect cell = cellOfStep(table, QStringLiteral("filter_relevance"));
            QVERIFY(isInSight(*table.viewport(), cell));
            person.click(table.viewport(), cell);
        }
        QTRY_VERIFY(window.workspace().inspector().whyText().contains(kSentence));
        window.savePicture(QStringLiteral("incident-3-step.png"));
        QTRY_VERIFY(sentenceIsInSight(window));
        window.savePicture(QStringLiteral("incident-4-why.png"));

        QVERIFY2(person.actions() <= kMostActions, qPrintable(QString::number(person.actions())));
        saveInBothSchemes(window);
    }

    void theKeyboardAloneGetsThereToo()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(listIsReady(window, kLeastRuns));
        Person person(*window);

        person.press(QKeySequence(QStringLiteral("Ctrl+K")));
        QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
        person.paste(kPhrase);
        const items::RunListModel &runs = window.workspace().runs();
        QTRY_VERIFY(listIsReady(window, 1) && runs.rowCount() < kLeastRuns);
        QTRY_VERIFY(rowWithTheWrongAnswer(runs) >= 0);
        for (int row = 0; row <= rowWithTheWrongAnswer(runs); ++row)
            person.press(QKeySequence(Qt::Key_Down));
        QTRY_VERIFY(sentenceIsInSight(window));
        QVERIFY(person.actions() <= kMostActions);
    }

    void runsThatArriveLeaveWhatIsLookedAtAlone()
    {
        OpenWindow window(m_folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(listIsReady(window, kLeastRuns));
        QCOMPARE(window.session().follow(), views::Follow::On);
        QTRY_VERIFY(window.session().stepDetail()); // following opened a run
        Person person(*window);
        const items::RunListModel &runs = window.workspace().runs();
        window.list().verticalScrollBar()->setValue(20 * views::kRunRowHeight);
        const int row = window.list().indexAt(QPoint(10, 5 * views::kRunRowHeight)).row();
        QTRY_VERIFY(runs.at(row));
        const ExecutionId chosen = runs.at(row)->id;
        QVERIFY(person.clickRun(window.list(), row));
        QTRY_COMPARE(window.session().openRunId(), chosen);
        QTRY_VERIFY(window.session().stepDetail());
        const ExecutionRow top = topmostRun(window.list(), runs);
        const auto step = window.session().selectedStep();

        const int before = runs.rowCount();
        postRunsNowAndThen(window);
        QTRY_COMPARE(runs.rowCount(), before + kArrivals);
        QCOMPARE(topmostRun(window.list(), runs), top);
        QCOMPARE(window.list().currentRun(), chosen);
        QCOMPARE(window.session().openRunId(), chosen);
        QCOMPARE(window.session().selectedStep(), step);
    }

private:
    static void saveInBothSchemes(OpenWindow &window)
    {
        window.savePicture(QStringLiteral("debug-light.png"));
        views::applyLook(*qApp, views::Scheme::Dark);
        QTRY_VERIFY(sentenceIsInSight(window));
        QTRY_COMPARE(colourBehindTheSentence(window),
                     views::themeOf(views::Scheme::Dark).selection);
        window.savePicture(QStringLiteral("debug-dark.png"));
        views::applyLook(*qApp, views::Scheme::Light);
    }

    /// As a pipeline would: a new run, still running, every kArrivalInterval.
    static void postRunsNowAndThen(OpenWindow &window)
    {
        QTRY_VERIFY(window->host()->state().isListening());
        PipelineClient pipeline(window.port());
        QTimer clock;
        int posted = 0;
        QObject::connect(&clock, &QTimer::timeout, &clock, [&] {
            posted += pipeline.post("/executions", runJson(ExecutionId::newV7())).status == 201;
            if (posted == kArrivals)
                clock.stop();
        });
        clock.start(kArrivalInterval);
        QTRY_VERIFY_WITH_TIMEOUT(!clock.isActive(), 30'000);
    }

    StoreFolder m_folder;
};

XRAY_APP_TEST_MAIN(QApplication, TestIncidentWalk)
#include "tst_incident_walk.moc"
