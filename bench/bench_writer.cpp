// SPDX-License-Identifier: GPL-3.0-or-later
// Steps a second that the store's writer commits, against the sqlite3 C API that is handed the very
// rows the writer made, transaction by transaction.
#include "bench/groups.h"
#include "bench/raw_store.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"
#include "bench/workload.h"

#include <model/store/store.h>

namespace xray::bench {

namespace {

constexpr int kBodies = 100;

/// One round: the writer fills a store, then the C API fills another with what it wrote.
struct Round
{
    double writer = 0; ///< steps a second
    double raw = 0;
    std::size_t transactions = 0;
};

Result<double> fillThroughWriter(const QString &path, std::vector<Submission> submissions)
{
    auto store = openStore(path);
    if (!store)
        return store.error();
    return commitAll(**store, std::move(submissions));
}

Result<> checkSame(const QString &one, const QString &other)
{
    const auto first = fingerprint(one);
    const auto second = fingerprint(other);
    if (!first || !second)
        return first ? second.error() : first.error();
    if (*first == *second)
        return Success{};
    return Error{ErrorCode::Internal,
                 QStringLiteral("The yardstick wrote other rows than the writer: %1 instead of %2")
                     .arg(QString::fromStdString(*second), QString::fromStdString(*first))};
}

Result<Round> takeRound(const Context &context, std::vector<Submission> submissions)
{
    const QString writerFile = context.file("writer.db");
    const QString rawFile = context.file("raw.db");
    const auto steps = static_cast<double>(submissions.size()) * kStepsPerBody;
    const auto writer = fillThroughWriter(writerFile, std::move(submissions));
    if (!writer)
        return writer.error();
    const auto transactions = readTransactions(writerFile);
    if (!transactions)
        return transactions.error();
    if (auto created = createStore(rawFile); !created)
        return created.error();
    const auto raw = fillRaw(rawFile, *transactions);
    if (!raw)
        return raw.error();
    if (auto same = checkSame(writerFile, rawFile); !same)
        return same.error();
    removeStore(writerFile);
    removeStore(rawFile);
    return Round{steps / *writer, steps / *raw, transactions->size()};
}

} // namespace

Result<> measureWriter(const Context &context)
{
    const int bodies = context.scaled(kBodies);
    std::vector<double> writer;
    std::vector<double> raw;
    std::size_t transactions = 0;
    for (int i = 0; i < kRepetitions; ++i) {
        auto submissions = decodeBodies(makeBodies(bodies));
        if (!submissions)
            return submissions.error();
        const auto round = takeRound(context, std::move(*submissions));
        if (!round)
            return round.error();
        writer.push_back(round->writer);
        raw.push_back(round->raw);
        transactions = round->transactions;
    }
    const QByteArray steps = QByteArray::number(bodies * kStepsPerBody);
    context.report.add(
        {"writer.steps", median(writer), "steps/s", Yardstick{"sqlite3 C API", median(raw)},
         "aim 0.75; " + steps + " steps of 1.5 KB in submissions of 500, " +
             QByteArray::number(static_cast<qulonglong>(transactions)) +
             " transactions, the same on both sides; WAL, synchronous=NORMAL, 8 KiB pages, 64 MiB "
             "cache, foreign_keys=ON, log of 16 MiB; runs, steps, metrics, zones, names, changes, "
             "totals"});
    return Success{};
}

} // namespace xray::bench
