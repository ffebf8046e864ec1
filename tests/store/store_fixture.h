// SPDX-License-Identifier: GPL-3.0-or-later
// A store in a folder of its own, with calls that wait: for tests only. Owned by the test.
#pragma once

#include <model/store/store.h>

#include <QTemporaryDir>
#include <QVariant>

#include <memory>

namespace xray::test {

/// Short ways to events. JSON payloads are taken as they are.
[[nodiscard]] ExecutionEvent startEvent(ExecutionId id, const char *pipeline = "pipeline");
[[nodiscard]] ExecutionEvent endEvent(ExecutionId id);
[[nodiscard]] StepEvent stepEvent(ExecutionId run, const char *name = "step",
                                  StepType type = StepType::Filter, const char *reasoning = "");
[[nodiscard]] ErrorEvent errorEvent(ExecutionId run, const char *message = "it broke");

class StoreFixture
{
public:
    StoreFixture();

    /// Opens the store at path(); fails the test when that does not work.
    store::Store &open(store::StoreOptions options = {});
    void close() { m_store.reset(); }
    [[nodiscard]] store::Store &store() { return *m_store; }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("test.db")); }
    [[nodiscard]] store::StoreOptions options() const;

    SubmissionResult submit(std::vector<Event> events, Atomicity atomicity = Atomicity::EachAlone);
    /// The outcome of one event.
    EventOutcome put(Event event);

    /// The answer, waited for.
    template<class T>
    static Result<std::shared_ptr<const T>> wait(Answer<T> answer)
    {
        answer.waitForFinished();
        return answer.result();
    }

    /// Asks the database file itself, past the store. The first column of every row.
    QVariantList sql(const QString &statement) const;
    [[nodiscard]] qint64 number(const QString &statement) const;

private:
    QTemporaryDir m_folder;
    std::unique_ptr<store::Store> m_store;
};

/// Submits to any sink and waits for the result.
SubmissionResult submitTo(EventSink &sink, std::vector<Event> events,
                          Atomicity atomicity = Atomicity::EachAlone);

} // namespace xray::test
