// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/busy_inbox.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <algorithm>
#include <array>

namespace xray::test {

namespace {

/// A connection to the inbox; one at a time, of the thread that makes it.
class Door
{
public:
    explicit Door(const QString &path)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name());
        database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=60000"));
        database.setDatabaseName(path);
        database.open();
    }
    Door(const Door &) = delete;
    Door &operator=(const Door &) = delete;
    ~Door() { QSqlDatabase::removeDatabase(name()); }

    [[nodiscard]] bool put(const QByteArray &body) const
    {
        QSqlQuery insert(QSqlDatabase::database(name()));
        insert.prepare(QStringLiteral("INSERT INTO inbox(body) VALUES(?)"));
        insert.addBindValue(QString::fromUtf8(body));
        return insert.exec();
    }

private:
    static QString name() { return QStringLiteral("inbox"); }
};

std::array<BusyInbox::Row, 3> rowsOfOneRun()
{
    const ExecutionId run = ExecutionId::newV7();
    const StepId step = StepId::newV7();
    return {BusyInbox::Row{R"({"op":"start","id":")" + run.toUtf8() + R"(","pipeline_name":"sdk"})",
                           {"executions", run.uuid()}},
            BusyInbox::Row{R"({"op":"step","id":")" + step.toUtf8() + R"(","execution_id":")" +
                               run.toUtf8() + R"(","step_name":"plan","step_type":"llm"})",
                           {"execution_steps", step.uuid()}},
            BusyInbox::Row{R"({"op":"end","id":")" + run.toUtf8() + R"("})",
                           {"executions WHERE status = 'completed'", run.uuid()}}};
}

} // namespace

BusyInbox::BusyInbox(QString storePath, std::atomic<int> &acknowledged)
    : m_path(std::move(storePath))
    , m_acknowledged(acknowledged)
    , m_thread([this] { work(); })
{
}

void BusyInbox::stop()
{
    if (!m_thread.joinable())
        return;
    m_isStopped = true;
    m_acknowledged.fetch_add(1); // it may be waiting for that
    m_acknowledged.notify_all();
    m_thread.join();
}

void BusyInbox::work()
{
    const Door door(m_path);
    for (int seen = 0; !m_isStopped; seen = m_acknowledged.load()) {
        m_acknowledged.wait(seen);
        for (Row &row : rowsOfOneRun()) {
            if (!door.put(row.body))
                return;
            m_committed.push_back(std::move(row));
        }
    }
}

bool BusyInbox::putAgain() const
{
    const Door door(m_path);
    return std::ranges::all_of(m_committed, [&](const Row &row) { return door.put(row.body); });
}

} // namespace xray::test
