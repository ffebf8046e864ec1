// SPDX-License-Identifier: GPL-3.0-or-later
// Spans a second that are committed when they come through the listener, in JSON and in protobuf,
// against the sqlite3 C API that is handed the very rows.
#include "bench/groups.h"
#include "bench/http_client.h"
#include "bench/http_host.h"
#include "bench/otlp_requests.h"
#include "bench/raw_store.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"

#include <array>
#include <atomic>

namespace xray::bench {

namespace {

constexpr int kRequests = 80;
constexpr int kConnections = 4;

QByteArray otlpPost(const QByteArray &body, otlp::Encoding encoding)
{
    const QByteArray type =
        encoding == otlp::Encoding::Json ? "application/json" : "application/x-protobuf";
    return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

std::vector<QByteArray> otlpPosts(int count, otlp::Encoding encoding)
{
    std::vector<QByteArray> posts;
    for (int i = 0; i < count; ++i)
        posts.push_back(otlpPost(otlpBody(i, encoding), encoding));
    return posts;
}

/// Posts all of them and returns the seconds until the last was answered.
Result<double> postAll(quint16 port, const std::vector<QByteArray> &posts)
{
    std::atomic<std::size_t> next = 0;
    const Stopwatch watch;
    const auto done = onConnections(kConnections, port, [&](HttpClient &client, int) -> Result<> {
        for (std::size_t i = next++; i < posts.size(); i = next++) {
            if (auto posted = client.expectSuccess(posts[i]); !posted)
                return posted;
        }
        return Success{};
    });
    if (!done)
        return done.error();
    return watch.seconds();
}

/// A row of the table spans.
struct SpanRow
{
    std::array<sqlite3_int64, 5> numbers{}; ///< run, kind, span, digest, end
    std::string body;
};

Result<std::vector<SpanRow>> readSpans(const QString &path)
{
    auto db = openRaw(path);
    if (!db)
        return db.error();
    auto statement = prepare(db->get(), "SELECT execution_id, kind, span_id, digest, ended_at, "
                                        "body FROM spans ORDER BY id");
    if (!statement)
        return statement.error();
    std::vector<SpanRow> rows;
    while (sqlite3_step(statement->get()) == SQLITE_ROW) {
        SpanRow &row = rows.emplace_back();
        for (int i = 0; i < int(row.numbers.size()); ++i)
            row.numbers[std::size_t(i)] = sqlite3_column_int64(statement->get(), i);
        const auto *text = sqlite3_column_blob(statement->get(), int(row.numbers.size()));
        row.body.assign(static_cast<const char *>(text),
                        std::size_t(sqlite3_column_bytes(statement->get(), 5)));
    }
    return rows;
}

Result<> insertSpan(sqlite3 *db, sqlite3_stmt *insert, const SpanRow &row)
{
    for (int i = 0; i < int(row.numbers.size()); ++i)
        sqlite3_bind_int64(insert, i + 1, row.numbers[std::size_t(i)]);
    sqlite3_bind_text(insert, 6, row.body.data(), int(row.body.size()), SQLITE_STATIC);
    const bool isDone = sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    return isDone ? Result<>(Success{}) : Result<>(lastError(db));
}

/// Writes the rows in transactions of a request each; the seconds that takes.
Result<double> fillSpans(const QString &path, const std::vector<SpanRow> &rows)
{
    auto db = openRaw(path);
    if (!db)
        return db.error();
    auto insert = prepare(db->get(), "INSERT INTO spans(execution_id, kind, span_id, digest, "
                                     "ended_at, body) VALUES(?,?,?,?,?,?)");
    if (!insert)
        return insert.error();
    const Stopwatch watch;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % kSpansPerRequest == 0) {
            if (auto begun = execute(db->get(), i == 0 ? "BEGIN" : "COMMIT; BEGIN"); !begun)
                return begun.error();
        }
        if (auto inserted = insertSpan(db->get(), insert->get(), rows[i]); !inserted)
            return inserted.error();
    }
    if (auto committed = execute(db->get(), "COMMIT"); !committed)
        return committed.error();
    return watch.seconds();
}

/// The sqlite3 C API handed the rows of the store at `path`, tables of runs and steps as the writer
/// filled them, then the spans: seconds.
Result<double> rawSeconds(const Context &context, const QString &path)
{
    const auto transactions = readTransactions(path);
    if (!transactions)
        return transactions.error();
    const auto spans = readSpans(path);
    if (!spans)
        return spans.error();
    const QString rawFile = context.file("otlp_raw.db");
    if (auto created = createStore(rawFile); !created)
        return created.error();
    const auto steps = fillRaw(rawFile, *transactions);
    const auto raw = fillSpans(rawFile, *spans);
    removeStore(rawFile);
    if (!steps || !raw)
        return steps ? raw.error() : steps.error();
    return *steps + *raw;
}

/// Spans a second through the listener into a new store, and of the C API with what was stored.
Result<Compared> commitRound(const Context &context, const std::vector<QByteArray> &posts)
{
    const QString path = context.file("otlp.db");
    auto host = HttpHost::open(path);
    if (!host)
        return host.error();
    const auto seconds = postAll((*host)->port(), posts);
    if (!seconds)
        return seconds.error();
    const auto raw = rawSeconds(context, path);
    if (!raw)
        return raw.error();
    const double spans = double(posts.size()) * kSpansPerRequest;
    return Compared{spans / *seconds, spans / *raw};
}

Result<> measureCommits(const Context &context, const char *figure, otlp::Encoding encoding)
{
    const auto posts = otlpPosts(context.scaled(kRequests), encoding);
    std::vector<double> committed;
    std::vector<double> raw;
    for (int i = 0; i < kRepetitions; ++i) {
        const auto round = commitRound(context, posts);
        if (!round)
            return round.error();
        committed.push_back(round->value);
        raw.push_back(round->limit);
    }
    context.report.add({figure, median(committed), "spans/s",
                        Yardstick{"sqlite3 C API, the same rows", median(raw)},
                        "POST /v1/traces until answered, so committed and mapped to runs; " +
                            QByteArray::number(kConnections) + " connections, requests of " +
                            QByteArray::number(kSpansPerRequest) + " spans in traces of " +
                            QByteArray::number(kSpansPerTrace) +
                            "; WAL, synchronous=NORMAL, 8 KiB pages"});
    return Success{};
}

} // namespace

Result<> measureOtlpCommits(const Context &context)
{
    if (auto measured = measureCommits(context, "otlp.commit_json", otlp::Encoding::Json);
        !measured)
        return measured;
    return measureCommits(context, "otlp.commit_protobuf", otlp::Encoding::Protobuf);
}

} // namespace xray::bench
