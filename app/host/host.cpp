// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/host.h"

#include "app/host/demo_filler.h"

#include <model/core/answer.h>
#include <model/ingest/event_decoder.h>

#include <QLoggingCategory>
#include <QThread>
#include <QtConcurrentRun>

#include <utility>

namespace xray::app {

Q_LOGGING_CATEGORY(lcHost, "xray.host")

using store::WriterRole;

namespace {

QString addressOf(const ingest::ListenerState &state)
{
    const bool v6 = state.host.contains(QLatin1Char(':'));
    return (v6 ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2"))
        .arg(state.host)
        .arg(state.port);
}

} // namespace

QString HostState::trouble() const
{
    if (storeTrouble)
        return storeTrouble->message;
    if (kind == Kind::Watching && isHolderSilent)
        return QStringLiteral("%1 holds the store and shows no sign of life. Nothing is stored "
                              "until it is resumed, or ended: then this program takes over.")
            .arg(holder);
    if (rulesProblem)
        return rulesProblem->message;
    return {};
}

Host::Host(HostOptions options)
    : m_options(std::move(options))
{
}

Result<std::unique_ptr<Host>> Host::open(HostOptions options, QObject *home)
{
    std::unique_ptr<Host> host(new Host(std::move(options)));
    store::StoreOptions storeOptions = host->m_options.store;
    const int jsonDepth = host->m_options.listener.limits.jsonDepth;
    storeOptions.inboxDecoder = [jsonDepth](QByteArrayView body) {
        return ingest::decodeBatchLine(body, ingest::BatchOps::WithInternal, jsonDepth);
    };
    storeOptions.roleChanged = [self = host.get()](const WriterRole &role) {
        QMetaObject::invokeMethod(
            self,
            [self, role] {
                if (self->m_isStarted && self->m_role != role) // start() asks for the role itself
                    self->followRole(role);
            },
            Qt::QueuedConnection);
    };
    storeOptions.troubleChanged = [self = host.get()](const std::optional<Error> &trouble) {
        QMetaObject::invokeMethod(
            self, [self, trouble] { self->followTrouble(trouble); }, Qt::QueuedConnection);
    };
    // Queued calls follow the host to its home.
    host->moveToThread(home ? home->thread() : QThread::currentThread());
    auto opened = store::Store::open(std::move(storeOptions));
    if (!opened)
        return opened.error();
    host->m_store = std::move(*opened);
    return host;
}

Host::~Host()
{
    if (m_store)
        shutDown().waitForFinished();
}

QFuture<void> Host::shutDown()
{
    *m_stopDemo = true;
    m_rules.reset();
    return QtConcurrent::run([listener = std::shared_ptr<ingest::Listener>(std::move(m_listener)),
                              store = std::shared_ptr<store::Store>(std::move(m_store)),
                              demo = std::exchange(m_demo, {})]() mutable {
        demo.waitForFinished();
        listener.reset(); // before the store, which it writes to and reads from
        store.reset();
    });
}

void Host::fillWithDemoIfEmpty()
{
    m_demo = QtConcurrent::run([store = m_store.get(), stop = m_stopDemo] {
        auto totals = store->totals({});
        totals.waitForFinished();
        if (!totals.result() || (*totals.result())->runs > 0)
            return;
        const auto filled = fillWithDemo(store->sink(), {}, [stop](int, int) { return !*stop; });
        if (!filled && !*stop)
            qCWarning(lcHost) << "the demo was not written:" << filled.error().message;
    });
}

void Host::start()
{
    m_isStarted = true;
    connect(&m_store->changes(), &ChangeFeed::changed, this, [this](const ChangeBatchPtr &batch) {
        if (m_listener)
            m_listener->publish(batch);
    });
    followRole(m_store->role());
    if (!m_options.rules.places.isEmpty())
        followRules();
}

/// A changed rules file reaches the spans to come and those that are stored.
void Host::followRules()
{
    m_rules = std::make_unique<RulesWatcher>(m_options.rules, m_options.store.mappingVersion);
    connect(m_rules.get(), &RulesWatcher::mappingChanged, this, [this](const Mapping &mapping) {
        if (m_store)
            m_store->setMapping(mapping.mapper, mapping.version);
    });
    connect(m_rules.get(), &RulesWatcher::problemChanged, this,
            [this](const std::optional<Error> &problem) {
                m_state.rulesProblem = problem;
                if (problem)
                    m_state.rulesProblem->message =
                        QStringLiteral("The rules for spans were changed and cannot be used; those "
                                       "of before stay: %1")
                            .arg(problem->message);
                Q_EMIT stateChanged(m_state);
            });
}

const store::StoreUrl &Host::url() const
{
    return m_store->url();
}

QString Host::filePath() const
{
    return m_store->filePath();
}

RunSource &Host::source()
{
    return *m_store;
}

query::QuerySource &Host::queries()
{
    return m_store->queries();
}

EventSink &Host::sink()
{
    return m_store->sink();
}

ChangeFeed &Host::changes()
{
    return m_store->changes();
}

SinkStats Host::sinkStats() const
{
    return m_store->sinkStats();
}

std::optional<ingest::ListenerStats> Host::listenerStats() const
{
    return m_listener ? std::optional(m_listener->stats()) : std::nullopt;
}

std::vector<ingest::Refusal> Host::refusals() const
{
    return m_listener ? m_listener->recentRefusals() : std::vector<ingest::Refusal>{};
}

void Host::followRole(const WriterRole &role)
{
    if (!m_store)
        return; // shutting down
    m_role = role;
    switch (role.kind) {
    case WriterRole::Kind::Holder:
        if (m_options.listening == Listening::On && !m_listener)
            startListener();
        else if (!m_listener)
            setState({.kind = HostState::Kind::NotListening});
        return;
    case WriterRole::Kind::Waiting:
        setState({.kind = HostState::Kind::Watching,
                  .holder = role.holder,
                  .isHolderSilent = role.isHolderSilent});
        return;
    case WriterRole::Kind::ReadOnly:
        setState({.kind = HostState::Kind::ReadOnly});
        return;
    }
}

void Host::startListener()
{
    ingest::ListenerOptions options = m_options.listener;
    if (options.token.isEmpty())
        options.store = m_store->url().toString();
    options.queries = &m_store->queries();
    options.sinkStats = [store = m_store.get()] { return store->sinkStats(); };
    auto listener =
        std::make_unique<ingest::Listener>(m_store->sink(), *m_store, std::move(options));
    if (auto started = listener->start(); !started) {
        setState({.kind = HostState::Kind::NotListening, .problem = started.error()});
        if (started.error().code == ErrorCode::Conflict)
            tellWhoListens(started.error());
        return;
    }
    m_listener = std::move(listener);
    setState({.kind = HostState::Kind::Listening, .address = addressOf(m_listener->state())});
}

/// The port is taken: by another X-Ray, whose store could be watched, or by something else?
void Host::tellWhoListens(const Error &conflict)
{
    const auto &listener = m_options.listener;
    auto occupant = QtConcurrent::run(
        [host = listener.host, port = listener.port] { return ingest::probeListener(host, port); });
    whenAnswered(occupant, this, [this, conflict](const ingest::Occupant &who) {
        if (m_listener || who.kind != ingest::Occupant::Kind::AnotherXRay)
            return;
        Error error = conflict;
        error.message =
            QStringLiteral("Another X-Ray listens on port %1.").arg(m_options.listener.port);
        setState(
            {.kind = HostState::Kind::NotListening, .problem = error, .otherStore = who.store});
    });
}

void Host::listenOn(quint16 port)
{
    if (m_listener)
        return;
    m_options.listener.port = port;
    m_options.listening = Listening::On;
    followRole(m_store->role());
}

void Host::followTrouble(const std::optional<Error> &trouble)
{
    m_state.storeTrouble = trouble;
    if (m_isStarted)
        Q_EMIT stateChanged(m_state);
}

void Host::setState(HostState state)
{
    state.storeTrouble = m_state.storeTrouble;
    state.rulesProblem = m_state.rulesProblem;
    m_state = std::move(state);
    Q_EMIT stateChanged(m_state);
}

} // namespace xray::app
