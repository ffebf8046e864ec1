// SPDX-License-Identifier: GPL-3.0-or-later
// The diagnostics view: refusals folded by kind, selection that outlives news, text for a report.
#include <app/window/diagnostics.h>
#include <views/diagnostics/diagnostics_view.h>
#include <views/diagnostics/refusal_table_model.h>
#include <views/look/empty_state.h>
#include <views/look/notice_line.h>
#include <views/look/style.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace xray;
using namespace xray::views;

namespace {

constexpr TimeNs kStart = 1'767'225'600 * kNsPerSecond;

ingest::Refusal refusal(int second, const char *peer, const char *why, qint64 count,
                        int status = 422)
{
    return {kStart + second * kNsPerSecond,
            QString::fromLatin1(peer),
            QStringLiteral("POST /execution-steps"),
            status,
            QStringLiteral("unknown_field"),
            QString::fromUtf8(why),
            QStringLiteral("reasoning.score"),
            second,
            count};
}

constexpr char kScore[] = "“score” must be a number.";
constexpr char kType[] = "“step_type” must be one of llm, api, filter, ranking, analysis.";

app::DiagnosticsInput busyInput()
{
    app::DiagnosticsInput input;
    input.state.kind = app::HostState::Kind::Listening;
    input.state.address = QStringLiteral("127.0.0.1:4318");
    input.sink.accepted = 1'204'551;
    input.sink.acceptedSteps = 1'100'000;
    input.sink.committed = 22'310;
    input.sink.queuedEvents = 312;
    input.sink.queuedBytes = 220'000;
    input.sink.spoolWaitingBytes = 4'200'000;
    input.sink.trouble = Error{ErrorCode::Unavailable,
                               QStringLiteral("The disk of xray.db is full. Events wait "
                                              "in the spool; make room and they are stored.")};
    input.listener = ingest::ListenerStats{};
    input.listener->requests = 40'213;
    input.listener->connections = 16;
    input.listener->rejected = 19;
    input.url.path = QStringLiteral("xray.db");
    input.refusals = {refusal(16, "127.0.0.1:51234", kScore, 16),
                      refusal(21, "[::1]:51301", kType, 2),
                      refusal(22, "10.0.0.7:2000", "No header within 5 s.", 1, 0)};
    return input;
}

QString print(const QAbstractItemModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row)
        rows += model.index(row, RefusalTableModel::Count).data().toString() + u' ' +
                model.index(row, RefusalTableModel::From).data().toString();
    return rows.join(QStringLiteral(", "));
}

} // namespace

class TestDiagnosticsView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLatestKindIsOnTopWithItsCountAndPlace()
    {
        const auto kinds = app::diagnosticsOf(busyInput()).refusals;
        QCOMPARE(kinds.size(), std::size_t(3));
        QCOMPARE(kinds[0].status, QStringLiteral("closed"));
        QCOMPARE(kinds[1].count, 2);
        QCOMPARE(kinds[1].from, QStringLiteral("[::1]"));
        QCOMPARE(kinds[2].count, 16);
        QCOMPARE(kinds[2].where, QStringLiteral("line 16, reasoning.score"));
        QCOMPARE(kinds[2].from, QStringLiteral("127.0.0.1"));
    }

    void whatIsWrongSaysWhatToDo()
    {
        app::DiagnosticsInput input = busyInput();
        QCOMPARE(app::diagnosticsOf(input).problems.size(), std::size_t(1));
        input.sink.trouble.reset();
        QVERIFY(app::diagnosticsOf(input).problems.empty());
    }

    void aKindThatComesAgainMovesUpAndStaysSelected()
    {
        RefusalTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        app::DiagnosticsInput input = busyInput();
        model.setRefusals(app::diagnosticsOf(input).refusals);
        QCOMPARE(print(model), QStringLiteral("1 10.0.0.7, 2 [::1], 16 127.0.0.1"));
        const QPersistentModelIndex selected = model.index(2, 0);
        input.refusals.erase(input.refusals.begin());
        input.refusals.push_back(refusal(30, "127.0.0.1:9", kScore, 17));
        model.setRefusals(app::diagnosticsOf(input).refusals);
        QCOMPARE(print(model), QStringLiteral("17 127.0.0.1, 1 10.0.0.7, 2 [::1]"));
        QCOMPARE(selected.row(), 0);
        model.setRefusals({});
        QCOMPARE(model.rowCount(), 0);
    }

    void theViewShowsAndCopiesAll()
    {
        DiagnosticsView view;
        view.resize(1200, 600);
        view.show();
        view.setSnapshot(app::diagnosticsOf(busyInput()));
        QVERIFY(view.findChild<NoticeLine *>()->isVisible());
        auto *table = view.findChild<QTableView *>();
        QVERIFY(table->isVisible());
        table->selectRow(2);
        view.copyAsText();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY(text.contains(QStringLiteral("! The disk of xray.db is full.")));
        QVERIFY(text.contains(QStringLiteral("16 x")));
        QVERIFY(text.contains(QStringLiteral("Stored: 1,204,551")));
    }

    void noColumnIsNarrowerThanWhatItShows()
    {
        DiagnosticsView view;
        view.resize(600, 400); // as before the window was laid out
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setSnapshot(app::diagnosticsOf(busyInput()));
        view.resize(1500, 700);
        auto *table = view.findChild<QTableView *>();
        const auto narrowest = [table] { // the first that is too narrow
            for (int column = 0; column < RefusalTableModel::Why; ++column) {
                int needed = table->horizontalHeader()->sectionSizeHint(column);
                for (int row = 0; row < table->model()->rowCount(); ++row)
                    needed = std::max(
                        needed,
                        table->sizeHintForIndex(table->model()->index(row, column)).width());
                if (table->columnWidth(column) < needed)
                    return column;
            }
            return -1;
        };
        QTRY_COMPARE(narrowest(), -1); // the window manager has a say in the size
        QVERIFY(table->columnWidth(RefusalTableModel::Why) >= 320);
    }

    void aWidthChosenByHandStays()
    {
        DiagnosticsView view;
        view.resize(1500, 700);
        view.show();
        view.setSnapshot(app::diagnosticsOf(busyInput()));
        auto *table = view.findChild<QTableView *>();
        table->setColumnWidth(RefusalTableModel::Request, 77);
        view.resize(1200, 700);
        QCoreApplication::processEvents();
        QCOMPARE(table->columnWidth(RefusalTableModel::Request), 77);
    }

    void whatIsSelectedIsToldInFull()
    {
        DiagnosticsView view;
        view.resize(1500, 700);
        view.show();
        view.setSnapshot(app::diagnosticsOf(busyInput()));
        view.findChild<QTableView *>()->selectRow(2);
        QString shown;
        for (const QLabel *label : view.findChildren<QLabel *>())
            shown += label->isVisible() ? label->text() + u'\n' : QString();
        QVERIFY(shown.contains(QString::fromUtf8(kScore)));
        QVERIFY(shown.contains(QStringLiteral("422 unknown_field")));
        QVERIFY(shown.contains(QStringLiteral("at line 16, reasoning.score")));
        QVERIFY(shown.contains(QStringLiteral("16 times")));
    }

    void nothingRefusedIsSaid()
    {
        DiagnosticsView view;
        view.show();
        view.setSnapshot(app::diagnosticsOf({}));
        QVERIFY(view.findChild<EmptyState *>()->isVisible());
    }

    void escapeCloses()
    {
        DiagnosticsView view;
        view.show();
        QSignalSpy closed(&view, &DiagnosticsView::closeRequested);
        QTest::keyClick(&view, Qt::Key_Escape);
        QCOMPARE(closed.size(), 1);
    }

    void itIsPainted()
    {
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            applyLook(*qApp, scheme);
            DiagnosticsView view;
            view.resize(1500, 700);
            view.show();
            view.setSnapshot(app::diagnosticsOf(busyInput()));
            view.findChild<QTableView *>()->selectRow(1);
            QCoreApplication::processEvents();
            const QImage image = view.grab().toImage();
            QVERIFY(!image.isNull());
            const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
            const bool dark = scheme == Scheme::Dark;
            if (!folder.isEmpty())
                QVERIFY(image.save(QDir(folder).filePath(
                    QStringLiteral("diagnostics-%1.png")
                        .arg(dark ? QStringLiteral("dark") : QStringLiteral("light")))));
        }
    }
};

QTEST_MAIN(TestDiagnosticsView)
#include "tst_diagnostics_view.moc"
