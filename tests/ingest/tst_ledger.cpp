// SPDX-License-Identifier: GPL-3.0-or-later
// What the listener remembers of refusals: kinds with counts, bounded whatever strangers send.
#include <model/ingest/ledger.h>

#include <QTest>

using namespace xray;
using namespace xray::ingest;

namespace {

Refusal refusal(const QString &message, const char *peer = "127.0.0.1:1", int line = 0)
{
    return {.at = line,
            .peer = QString::fromLatin1(peer),
            .what = QStringLiteral("POST /batch"),
            .status = 200,
            .code = QStringLiteral("invalid_value"),
            .message = message,
            .field = {},
            .line = line};
}

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatComesAgainIsOneKindWithItsCountAndLatestPlace()
    {
        Ledger ledger;
        for (int line = 1; line <= 10'000; ++line)
            ledger.refuse(refusal(QStringLiteral("op is missing."), "127.0.0.1:1", line));
        QCOMPARE(ledger.recentRefusals().size(), 1u);
        QCOMPARE(ledger.recentRefusals().front().count, 10'000);
        QCOMPARE(ledger.recentRefusals().front().line, 10'000);
        QCOMPARE(ledger.stats().rejected, 10'000);
        QCOMPARE(ledger.stats().rejectedByCode.at("invalid_value"), 10'000);
    }

    void aClientOnAnotherPortIsTheSameClient()
    {
        Ledger ledger;
        ledger.refuse(refusal(QStringLiteral("no"), "[::1]:1000"));
        ledger.refuse(refusal(QStringLiteral("no"), "[::1]:2000"));
        ledger.refuse(refusal(QStringLiteral("no"), "10.0.0.7:2000"));
        const auto kinds = ledger.recentRefusals();
        QCOMPARE(kinds.size(), 2u);
        QCOMPARE(kinds[0].count, 2);
        QCOMPARE(kinds[0].peer, QStringLiteral("[::1]:2000"));
        QCOMPARE(kinds[1].count, 1);
    }

    void aFloodOfOneKindHidesNoOther()
    {
        Ledger ledger;
        ledger.refuse(refusal(QStringLiteral("origin")));
        for (int i = 0; i < 5'000; ++i)
            ledger.refuse(refusal(QStringLiteral("flood")));
        QCOMPARE(ledger.recentRefusals().front().message, QStringLiteral("origin"));
    }

    void thoseThatCameLastAreKept()
    {
        Ledger ledger;
        for (int i = 0; i < 1000; ++i) {
            ledger.refuse(refusal(QStringLiteral("always")));
            ledger.refuse(refusal(QString::number(i)));
        }
        const auto kinds = ledger.recentRefusals();
        QCOMPARE(kinds.size(), Ledger::kRemembered);
        QCOMPARE(kinds.back().message, QStringLiteral("999"));
        QCOMPARE(kinds[kinds.size() - 2].message, QStringLiteral("always"));
        QCOMPARE(kinds[kinds.size() - 2].count, 1000);
        QCOMPARE(ledger.stats().rejected, 2000);
    }

    void aFloodOfEverNewTextsHidesNoOtherCode()
    {
        Ledger ledger;
        Refusal other = refusal(QStringLiteral("not here"));
        other.code = QStringLiteral("host_not_allowed");
        ledger.refuse(other);
        for (int i = 0; i < 1000; ++i)
            ledger.refuse(refusal(QString::number(i)));
        QCOMPARE(ledger.recentRefusals().size(), Ledger::kRemembered);
        QCOMPARE(ledger.recentRefusals().front().code, other.code);
        QCOMPARE(ledger.recentRefusals()[1].message, QStringLiteral("801"));
    }

    void longTextsAreCut()
    {
        Ledger ledger;
        Refusal long_ = refusal(QString(1'000'000, QLatin1Char('m')));
        long_.field = QString(1'000'000, QLatin1Char('f'));
        long_.what = QString(1'000'000, QLatin1Char('w'));
        ledger.refuse(long_);
        const Refusal kept = ledger.recentRefusals().front();
        for (const QString &text : {kept.message, kept.field, kept.what}) {
            QCOMPARE(text.size(), Ledger::kLongestText + 1);
            QVERIFY(text.endsWith(QChar(0x2026)));
        }
    }

    void nothingOfAStrangerBreaksALineOrTurnsItAround_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("line feed") << QStringLiteral("a\nb");
        QTest::newRow("escape") << QStringLiteral("a\x1b[2Jb");
        QTest::newRow("NUL") << QString::fromUtf8("a\0b", 3);
        QTest::newRow("line separator") << QStringLiteral("a\u2028b");
        QTest::newRow("right to left") << QStringLiteral("a\u202eb");
        QTest::newRow("zero width") << QStringLiteral("a\u200bb");
    }
    void nothingOfAStrangerBreaksALineOrTurnsItAround()
    {
        QFETCH(QString, text);
        Ledger ledger;
        ledger.refuse(refusal(text));
        const QString kept = ledger.recentRefusals().front().message;
        QCOMPARE(kept.size(), text.size());
        QCOMPARE(kept[1], QChar(QChar::ReplacementCharacter));
        QVERIFY(kept.startsWith(QLatin1Char('a')) && kept.endsWith(QLatin1Char('b')));
    }
};

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
