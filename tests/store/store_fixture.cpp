// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/store_fixture.h"

#include <model/ingest/event_decoder.h>

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

#include <future>

namespace xray::test {

ExecutionEvent startEvent(ExecutionId id, const char *pipeline)
{
    ExecutionEvent event;
    event.id = id;
    event.pipelineName = QByteArray(pipeline);
    return event;
}

ExecutionEvent endEvent(ExecutionId id)
{
    ExecutionEvent event;
    event.kind = ExecutionEvent::Kind::End;
    event.id = id;
    return event;
}

StepEvent stepEvent(ExecutionId run, const char *name, StepType type, const char *reasoning)
{
    StepEvent event;
    event.executionId = run;
    event.name = QByteArray(name);
    event.type = type;
    event.status = StepStatus::Completed;
    if (*reasoning != '\0')
        event.reasoning = QByteArray(reasoning);
    return event;
}

ErrorEvent errorEvent(ExecutionId run, const char *message)
{
    ErrorEvent event;
    event.executionId = run;
    event.message = QByteArray(message);
    return event;
}

SubmissionResult submitTo(EventSink &sink, std::vector<Event> events, Atomicity atomicity)
{
    std::promise<SubmissionResult> promise;
    auto future = promise.get_future();
    Submission submission{std::move(events), atomicity, 0, [&promise](SubmissionResult result) {
                              promise.set_value(std::move(result));
                          }};
    if (auto queued = sink.submit(std::move(submission)); !queued)
        return {queued.error(), {}};
    return future.get();
}

StoreFixture::StoreFixture() = default;

store::StoreOptions StoreFixture::options() const
{
    store::StoreOptions options;
    options.url = {store::StoreUrl::Kind::SqliteFile, path(), {}};
    options.inboxDecoder = [](QByteArrayView body) {
        return ingest::decodeBatchLine(body, ingest::BatchOps::WithInternal);
    };
    return options;
}

store::Store &StoreFixture::open(store::StoreOptions options)
{
    const store::StoreOptions base = this->options();
    options.url = base.url;
    if (!options.inboxDecoder)
        options.inboxDecoder = base.inboxDecoder;
    auto opened = store::Store::open(std::move(options));
    if (!opened)
        qFatal("cannot open the store: %s", qPrintable(opened.error().message));
    m_store = std::move(*opened);
    return *m_store;
}

SubmissionResult StoreFixture::submit(std::vector<Event> events, Atomicity atomicity)
{
    return submitTo(m_store->sink(), std::move(events), atomicity);
}

EventOutcome StoreFixture::put(Event event)
{
    SubmissionResult result = submit({std::move(event)});
    if (!result.status)
        return result.status.error();
    return result.outcomes.front();
}

QVariantList StoreFixture::sql(const QString &statement) const
{
    const QString name = QUuid::createUuid().toString();
    QVariantList values;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(path());
        if (!database.open())
            qFatal("cannot open the file: %s", qPrintable(database.lastError().text()));
        QSqlQuery query(database);
        if (!query.exec(statement))
            qFatal("%s: %s", qPrintable(statement), qPrintable(query.lastError().text()));
        while (query.next())
            values += query.value(0);
        query.finish();
        database.close();
    }
    QSqlDatabase::removeDatabase(name);
    return values;
}

qint64 StoreFixture::number(const QString &statement) const
{
    const QVariantList values = sql(statement);
    return values.isEmpty() ? 0 : values.first().toLongLong();
}

} // namespace xray::test
