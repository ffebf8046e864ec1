// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/host/host_arguments.h"
#include "app/host/signal_watcher.h"

#include <QCoreApplication>
#include <QTextStream>

#include <utility>

namespace xray::app {

namespace {

void say(const QString &text)
{
    QTextStream(stderr) << "xrayctl: " << text << '\n';
}

/// Says what kept the host from its work, or does so no longer, when it has changed.
class Troubles
{
public:
    /// Whether there was something to say.
    bool report(const HostState &state)
    {
        // A store in trouble is no reason to go: what arrives waits in the spool.
        const bool told = report(m_store, state.storeTrouble, "the store can be written again");
        return report(m_rules, state.rulesProblem, "the rules for spans can be used again") || told;
    }

private:
    static bool report(QString &last, const std::optional<Error> &now, const char *isOver)
    {
        const QString message = now ? now->message : QString();
        if (std::exchange(last, message) == message)
            return false;
        say(now ? message : QString::fromUtf8(isOver));
        return true;
    }

    QString m_store;
    QString m_rules;
};

/// Says how things stand. An exit code when there is no point in going on.
std::optional<int> report(const Host &host)
{
    const HostState &state = host.state();
    switch (state.kind) {
    case HostState::Kind::Listening:
        say(QStringLiteral("listening on http://%1, store %2")
                .arg(state.address, host.url().toString()));
        return std::nullopt;
    case HostState::Kind::Watching:
        say((state.isHolderSilent
                 ? QStringLiteral("the store %1 is held by %2, which shows no sign of life: resume "
                                  "it, or end it; waiting to take over")
                 : QStringLiteral("the store %1 is written by %2; waiting to take over"))
                .arg(host.url().toString(), state.holder));
        return std::nullopt;
    case HostState::Kind::ReadOnly:
        return fail(
            {ErrorCode::Unavailable, QStringLiteral("The store %1 cannot be written. Check "
                                                    "the permissions of its file and folder.")
                                         .arg(host.url().toString())});
    case HostState::Kind::NotListening:
        if (state.problem)
            return fail(*state.problem);
        say(QStringLiteral("keeping the store %1, not listening").arg(host.url().toString()));
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

int runServe(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Takes runs over HTTP into a store until it is stopped."));
    addStoreOptions(parser);
    addListenerOptions(parser);
    if (const auto code = parse(parser, arguments))
        return *code;
    if (!parser.positionalArguments().isEmpty())
        return wrongUsage(QStringLiteral("serve takes no arguments but options."));
    auto options = hostOptionsFrom(parser);
    if (!options)
        return wrongUsage(options.error().message);

    auto host = Host::open(std::move(*options), nullptr);
    if (!host)
        return fail(host.error());
    SignalWatcher watcher;
    QObject::connect(&watcher, &SignalWatcher::stopRequested,
                     [] { QCoreApplication::exit(kDone); });
    QObject::connect(
        host->get(), &Host::stateChanged, qApp,
        [&host, troubles = Troubles()]() mutable {
            if (troubles.report((*host)->state()))
                return;
            if (const auto code = report(**host))
                QCoreApplication::exit(*code);
        },
        Qt::QueuedConnection);
    (*host)->start();
    return QCoreApplication::exec();
}

} // namespace xray::app
