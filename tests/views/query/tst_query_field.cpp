// SPDX-License-Identifier: GPL-3.0-or-later
// The query field with the keyboard: completion, errors in place, history.
#include "tests/support/fake_query_source.h"

#include <views/look/style.h>
#include <views/query/completion_popup.h>
#include <views/query/query_field.h>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QVBoxLayout>

using namespace xray;
using namespace xray::test;
using namespace xray::views;

namespace {

/// A field at the top of a window, as in the top bar.
struct Shown
{
    QWidget window;
    QueryField *field = new QueryField(&window);
    bool ready = false;

    Shown()
    {
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(field);
        layout->addStretch(1);
        window.resize(900, 420);
        field->setCatalogue(std::make_shared<const query::Catalogue>(sampleCatalogue()));
        window.show();
        window.activateWindow();
        field->focusField();
        ready = QTest::qWaitForWindowActive(&window);
    }
    void type(const char *text) { QTest::keyClicks(field->edit(), QString::fromUtf8(text)); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(field->edit(), key, modifiers);
    }
    void savePicture(const QString &name)
    {
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (!folder.isEmpty())
            QVERIFY(window.grab().save(QDir(folder).filePath(name)));
    }
};

bool isUnderlined(const QueryField &field, int at)
{
    for (const auto &range : field.edit()->document()->firstBlock().layout()->formats()) {
        if (at >= range.start && at < range.start + range.length &&
            range.format.underlineStyle() == QTextCharFormat::WaveUnderline)
            return true;
    }
    return false;
}

} // namespace

class TestQueryField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void returnSubmitsTheText()
    {
        Shown shown;
        QVERIFY(shown.ready);
        QSignalSpy submitted(shown.field, &QueryField::submitted);
        QSignalSpy edited(shown.field, &QueryField::queryEdited);
        shown.type("type = filter");
        shown.press(Qt::Key_Return);
        QCOMPARE(submitted.size(), 1);
        QCOMPARE(submitted[0][0].toString(), QStringLiteral("type = filter"));
        QVERIFY(!edited.isEmpty());
        QVERIFY(!shown.field->popup()->isVisible());
    }

    void tabTakesTheFirstOffer()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.type("perc");
        QVERIFY(shown.field->popup()->isVisible());
        shown.savePicture(QStringLiteral("field-completion.png"));
        shown.press(Qt::Key_Tab);
        QVERIFY2(shown.field->text().startsWith(QStringLiteral("percentage_eliminated")),
                 qPrintable(shown.field->text()));
        QVERIFY(shown.field->edit()->hasFocus());
    }

    void theArrowKeysChooseAnOfferAndReturnTakesIt()
    {
        Shown shown;
        QVERIFY(shown.ready);
        QSignalSpy submitted(shown.field, &QueryField::submitted);
        shown.type("type = fil");
        shown.press(Qt::Key_Down);
        shown.press(Qt::Key_Return);
        QCOMPARE(shown.field->text().trimmed(), QStringLiteral("type = filter"));
        QVERIFY(submitted.isEmpty());
    }

    void aNameThatNobodyKnowsIsUnderlinedWhereItStands()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.type("type = filter and percentge_eliminated > 90");
        const auto error = shown.field->error();
        QVERIFY(error.has_value());
        QCOMPARE(error->suggestion, QStringLiteral("percentage_eliminated"));
        QVERIFY(!isUnderlined(*shown.field, 0));
        QVERIFY(isUnderlined(*shown.field, 20));
        shown.savePicture(QStringLiteral("field-error.png"));
    }

    void aNameIsUnderlinedBeforeTheTextIsAQuery()
    {
        Shown shown;
        QVERIFY(shown.ready);
        QSignalSpy edited(shown.field, &QueryField::queryEdited);
        shown.type("percentge_eliminated > 90 and ");
        QVERIFY(isUnderlined(*shown.field, 3));
        QVERIFY(!isUnderlined(*shown.field, 27));
        QVERIFY(edited.isEmpty()); // nothing that nobody knows is counted meanwhile
        QVERIFY(shown.field->edit()->toolTip().contains(QStringLiteral("Did you mean")));
    }

    void aQueryForRunsIsOfferedWordByWord()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.type("runs wh");
        QVERIFY(shown.field->popup()->isVisible());
        QVERIFY(!isUnderlined(*shown.field, 0));
        shown.press(Qt::Key_Tab);
        QCOMPARE(shown.field->text(), QStringLiteral("runs where "));
    }

    void controlSpaceOffersFieldsInAnEmptyField()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.press(Qt::Key_Space, Qt::ControlModifier);
        QVERIFY(shown.field->popup()->isVisible());
        QVERIFY(shown.field->popup()->count() > 5);
    }

    void whatWasAskedBeforeComesBackWithTheArrowKeys()
    {
        Shown shown;
        QVERIFY(shown.ready);
        shown.field->setHistory({QStringLiteral("type = llm"), QStringLiteral("error")});
        shown.type("issue");
        shown.press(Qt::Key_Escape);
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.field->text(), QStringLiteral("type = llm"));
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.field->text(), QStringLiteral("error"));
        shown.press(Qt::Key_Down);
        shown.press(Qt::Key_Down);
        QCOMPARE(shown.field->text(), QStringLiteral("issue"));
    }

    void escapeClosesTheOffersFirst()
    {
        Shown shown;
        QVERIFY(shown.ready);
        QSignalSpy escaped(shown.field, &QueryField::escaped);
        shown.type("ty");
        QVERIFY(shown.field->popup()->isVisible());
        shown.press(Qt::Key_Escape);
        QVERIFY(!shown.field->popup()->isVisible());
        QVERIFY(escaped.isEmpty());
        shown.press(Qt::Key_Escape);
        QCOMPARE(escaped.size(), 1);
    }

    void severalLinesBecomeOne()
    {
        Shown shown;
        QVERIFY(shown.ready);
        QApplication::clipboard()->setText(QStringLiteral("type = filter\n  and error"));
        shown.press(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(shown.field->text(), QStringLiteral("type = filter and error"));
    }
};

QTEST_MAIN(TestQueryField)
#include "tst_query_field.moc"
