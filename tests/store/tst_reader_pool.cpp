// SPDX-License-Identifier: GPL-3.0-or-later
// How the readers of a store end: who asked is answered, whatever was under way.
#include "tests/store/store_fixture.h"

#include <model/store/reader_pool.h>

#include <QTest>

#include <future>

using namespace xray;
using namespace xray::store;

namespace {

/// Ends only when it is interrupted.
constexpr char kEndless[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

} // namespace

class TestReaderPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void closingEndsWhatRunsAndWhatWaits()
    {
        test::StoreFixture fixture;
        fixture.open();
        std::promise<void> begun;
        Answer<std::int64_t> running;
        Answer<std::int64_t> waiting;
        const auto answerOf = [](std::int64_t value) {
            return std::make_shared<const std::int64_t>(value);
        };
        {
            ReaderPool pool(fixture.path(), 1, 1);
            running = pool.ask<std::int64_t>(
                Lane::Scan, {}, [&](RunReader &reader) -> Read<std::int64_t> {
                    begun.set_value();
                    const auto count = reader.connection().integer(kEndless);
                    if (!count)
                        return count.error();
                    return answerOf(*count);
                });
            waiting = pool.ask<std::int64_t>(
                Lane::Scan, {}, [&](RunReader &) -> Read<std::int64_t> { return answerOf(1); });
            begun.get_future().wait();
        }
        QVERIFY(running.isFinished() && waiting.isFinished());
        QCOMPARE(running.result().error().code, ErrorCode::Cancelled);
        QCOMPARE(waiting.result().error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestReaderPool)
#include "tst_reader_pool.moc"
