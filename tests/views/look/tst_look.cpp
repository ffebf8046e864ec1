// SPDX-License-Identifier: GPL-3.0-or-later
#include <views/look/chip.h>
#include <views/look/elided_label.h>
#include <views/look/icons.h>
#include <views/look/scheme_watcher.h>
#include <views/look/style.h>
#include <views/look/toast_bar.h>

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace xray::views;
using namespace std::chrono_literals;
using xray::RunStatus;

namespace {

constexpr double kReadable = 4.5;
constexpr double kVisible = 3.0; // WCAG 2 for marks and large text

void addPair(const char *name, Scheme scheme, const QColor &text, const QColor &surface,
             double least)
{
    const char *theme = scheme == Scheme::Dark ? "dark" : "light";
    QTest::addRow("%s, %s", theme, name) << text << surface << least;
}

/// A shown window with the pointer far from it.
struct Window : QWidget
{
    Window()
    {
        QCursor::setPos(0, 0);
        setGeometry(300, 300, 400, 200);
        // What has the keyboard, as in any real window: else the first button of a toast would get
        // it when the window is activated, and the toast would rightly stay.
        other.setFocusPolicy(Qt::StrongFocus);
        other.setFocus();
        show();
    }

    QWidget other{this};
};

} // namespace

class tst_Look : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadableOnEverySurfaceItStandsOn_data()
    {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("surface");
        QTest::addColumn<double>("least");
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            const Theme &t = themeOf(scheme);
            addPair("text on window", scheme, t.text, t.window, kReadable);
            addPair("text on panel", scheme, t.text, t.panel, kReadable);
            addPair("text on raised", scheme, t.text, t.raised, kReadable);
            addPair("text on selection", scheme, t.text, t.selection, kReadable);
            addPair("muted on window", scheme, t.muted, t.window, kReadable);
            addPair("muted on panel", scheme, t.muted, t.panel, kReadable);
            addPair("muted on raised", scheme, t.muted, t.raised, kReadable);
            addPair("muted on selection", scheme, t.muted, t.selection, kReadable);
            addPair("accent on panel", scheme, t.accent, t.panel, kReadable);
            addPair("error on panel", scheme, t.error, t.panel, kReadable);
            addPair("ok on panel", scheme, t.ok, t.panel, kReadable);
            addPair("words on accent", scheme, t.textOn(t.accent), t.accent, kReadable);
            // Warning in light is a mark or a large figure, not body text; faint is for what is
            // disabled and for marks that have a word beside them.
            addPair("warning on panel", scheme, t.warning, t.panel, kVisible);
            addPair("accent ring on panel", scheme, t.accent, t.panel, kVisible);
            for (const auto status : {RunStatus::Running, RunStatus::Completed, RunStatus::Failed})
                addPair(xray::toWord(status), scheme, t.runStatus(status), t.panel, kVisible);
        }
    }

    void textIsReadableOnEverySurfaceItStandsOn()
    {
        QFETCH(QColor, text);
        QFETCH(QColor, surface);
        QFETCH(double, least);
        const double ratio = contrastRatio(text, surface);
        QVERIFY2(ratio >= least, qPrintable(QString::number(ratio)));
    }

    void theStyleSheetHasEveryColourFilledIn()
    {
        const QString sheet = styleSheetOf(themeOf(Scheme::Dark));
        QVERIFY(sheet.contains(themeOf(Scheme::Dark).accent.name()));
        const QString rules = sheet.mid(sheet.indexOf(QStringLiteral("*/")));
        QVERIFY2(!rules.contains(u'@'), qPrintable(rules.mid(rules.indexOf(u'@'), 40)));
    }

    void applyingTheLookSwitchesThePalette()
    {
        applyLook(*qApp, Scheme::Dark);
        QVERIFY(themeFor(QApplication::palette()).dark);
        applyLook(*qApp, Scheme::Light);
        QVERIFY(!themeFor(QApplication::palette()).dark);
    }

    void anIconIsDrawnInTheColourOfTheTheme()
    {
        applyLook(*qApp, Scheme::Dark);
        const QImage dark = icon(QLatin1String("search")).pixmap(32, 32).toImage();
        applyLook(*qApp, Scheme::Light);
        const QImage light = icon(QLatin1String("search")).pixmap(32, 32).toImage();
        QVERIFY(dark != light);
        QVERIFY(icon(QLatin1String("no-such-icon")).isNull());
        QVERIFY(!appIcon().pixmap(64, 64).isNull());
    }

    void thePortalsNumbersAreUnderstood()
    {
        QCOMPARE(SchemeWatcher::schemeOfPortalValue(1u), Scheme::Dark);
        QCOMPARE(SchemeWatcher::schemeOfPortalValue(2u), Scheme::Light);
        QVERIFY(!SchemeWatcher::schemeOfPortalValue(0u));
    }

    void whatTheUserChoosesWinsOverTheSystem()
    {
        SchemeWatcher watcher(Scheme::Light);
        const Scheme system = watcher.scheme();
        QSignalSpy changes(&watcher, &SchemeWatcher::schemeChanged);
        watcher.choose(system == Scheme::Light ? SchemeChoice::Dark : SchemeChoice::Light);
        QVERIFY(watcher.scheme() != system);
        QCOMPARE(changes.size(), 1);
        watcher.choose(SchemeChoice::System);
        QCOMPARE(watcher.scheme(), system);
    }

    void aToastLeavesByItselfAndTellsSo()
    {
        Window window;
        ToastBar toast(&window);
        QSignalSpy gone(&toast, &ToastBar::dismissed);
        toast.showToast(QStringLiteral("3 runs deleted"), QStringLiteral("Undo"), 20ms);
        QVERIFY(toast.isVisible());
        QTRY_COMPARE(gone.size(), 1);
        QVERIFY(!toast.isVisible());
    }

    void undoIsReachedByTheKeyboardAndIsNoDismissal()
    {
        Window window;
        QVERIFY(QTest::qWaitForWindowActive(&window));
        ToastBar toast(&window);
        QSignalSpy gone(&toast, &ToastBar::dismissed);
        QSignalSpy taken(&toast, &ToastBar::actionTriggered);
        toast.showToast(QStringLiteral("3 runs deleted"), QStringLiteral("Undo"), 10s);
        toast.focusAction();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QCOMPARE(taken.size(), 1);
        QCOMPARE(gone.size(), 0);
    }

    void aToastWithTheKeyboardStays()
    {
        Window window;
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QLineEdit elsewhere(&window);
        elsewhere.show();
        ToastBar toast(&window);
        QSignalSpy gone(&toast, &ToastBar::dismissed);
        toast.showToast(QStringLiteral("3 runs deleted"), QStringLiteral("Undo"), 20ms);
        toast.focusAction();
        QTimer later;
        later.setSingleShot(true);
        later.start(100);
        QTRY_VERIFY(!later.isActive());
        QCOMPARE(gone.size(), 0);
        elsewhere.setFocus();
        QTRY_COMPARE(gone.size(), 1);
    }

    void aChipIsRemovedByTheDeleteKey()
    {
        Chip chip(Chip::Kind::Removable, QStringLiteral("prod"));
        QSignalSpy removed(&chip, &Chip::clicked);
        QTest::keyClick(&chip, Qt::Key_Delete);
        QCOMPARE(removed.size(), 1);
    }

    void anElidedLabelKnowsThatItIs()
    {
        ElidedLabel label;
        label.setText(QStringLiteral("a rather long text that needs more room than there is"));
        label.resize(60, 20);
        QVERIFY(label.isElided());
        label.resize(2000, 20);
        QVERIFY(!label.isElided());
    }
};

QTEST_MAIN(tst_Look)
#include "tst_look.moc"
