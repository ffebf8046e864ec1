// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/host_arguments.h"

#include <QFile>

#include <chrono>
#include <cmath>
#include <limits>

namespace xray::app {

namespace {

using ingest::ListenerLimits;

const QString kDb = QStringLiteral("db");
const QString kListen = QStringLiteral("listen");
const QString kNoListen = QStringLiteral("no-listen");
const QString kTokenFile = QStringLiteral("token-file");
const QString kSynchronous = QStringLiteral("synchronous");

constexpr double kMiB = 1024.0 * 1024.0;

/// A limit as a number on the command line, in the unit its name says.
struct LimitFlag
{
    const char *name;
    const char *description;
    double (*get)(const HostOptions &);
    void (*set)(HostOptions &, double);
};

template<std::chrono::milliseconds ListenerLimits::*Member>
constexpr LimitFlag seconds(const char *name, const char *description)
{
    return {name, description,
            [](const HostOptions &o) {
                return std::chrono::duration<double>(o.listener.limits.*Member).count();
            },
            [](HostOptions &o, double value) {
                o.listener.limits.*Member =
                    std::chrono::milliseconds(static_cast<qint64>(std::round(value * 1000)));
            }};
}

template<qint64 ListenerLimits::*Member>
constexpr LimitFlag bytes(const char *name, const char *description)
{
    return {
        name, description,
        [](const HostOptions &o) { return static_cast<double>(o.listener.limits.*Member) / kMiB; },
        [](HostOptions &o, double value) {
            o.listener.limits.*Member = static_cast<qint64>(value * kMiB);
        }};
}

template<int ListenerLimits::*Member>
constexpr LimitFlag number(const char *name, const char *description)
{
    return {
        name, description,
        [](const HostOptions &o) { return static_cast<double>(o.listener.limits.*Member); },
        [](HostOptions &o, double value) { o.listener.limits.*Member = static_cast<int>(value); }};
}

constexpr LimitFlag kLimits[] = {
    bytes<&ListenerLimits::headerBytes>("max-header", "Request header, MiB."),
    bytes<&ListenerLimits::bodyBytes>("max-body", "Request body, on the wire and inflated, MiB."),
    bytes<&ListenerLimits::bytesInFlight>("max-in-flight",
                                          "Bodies read and not yet answered, MiB."),
    number<&ListenerLimits::eventsPerRequest>("max-events", "Events in one request."),
    number<&ListenerLimits::connections>("max-connections",
                                         "Open connections; the oldest idle one gives way."),
    number<&ListenerLimits::eventStreams>("max-event-streams", "Open streams of GET /events."),
    seconds<&ListenerLimits::headerTime>("header-timeout", "Time for a request header, s."),
    seconds<&ListenerLimits::bodyTime>("body-timeout",
                                       "Time for a body, s, plus --body-timeout-per-mib."),
    seconds<&ListenerLimits::bodyTimePerMiB>("body-timeout-per-mib",
                                             "Time granted for each MiB, s."),
    seconds<&ListenerLimits::idleTime>("idle-timeout",
                                       "Idle connections are closed after this, s."),
    seconds<&ListenerLimits::writeTime>("write-timeout", "Time for a client to take a reply, s."),
    {"max-queue-events", "Events waiting for the store.",
     [](const HostOptions &o) { return static_cast<double>(o.store.queue.events); },
     [](HostOptions &o, double value) { o.store.queue.events = static_cast<qint64>(value); }},
    {"max-queue-size", "Size of the events waiting for the store, MiB.",
     [](const HostOptions &o) { return static_cast<double>(o.store.queue.bytes) / kMiB; },
     [](HostOptions &o, double value) { o.store.queue.bytes = static_cast<qint64>(value * kMiB); }},
    {"incomplete-after", "A running run without an event for this long is incomplete, s.",
     [](const HostOptions &o) {
         return static_cast<double>(o.store.incompleteAfter) / static_cast<double>(kNsPerSecond);
     },
     [](HostOptions &o, double value) {
         o.store.incompleteAfter =
             static_cast<DurationNs>(value * static_cast<double>(kNsPerSecond));
     }},
};

/// The largest value any limit takes: beyond it a double is no exact count any more.
constexpr double kLargestLimit = 1e12;

Error wrongFlag(const QString &flag, const QString &what)
{
    return {ErrorCode::InvalidValue, QStringLiteral("--%1 %2").arg(flag, what), flag};
}

Result<> readAddress(const QString &text, ingest::ListenerOptions &options)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool ok = false;
    const int port = colon < 0 ? 0 : text.mid(colon + 1).toInt(&ok);
    if (!ok || port < 0 || port > std::numeric_limits<quint16>::max())
        return wrongFlag(kListen, QStringLiteral("takes HOST:PORT, for example 127.0.0.1:4318; "
                                                 "\"%1\" is not one.")
                                      .arg(text));
    QString host = text.left(colon);
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.mid(1, host.size() - 2);
    options.host = host.isEmpty() ? QStringLiteral("127.0.0.1") : host;
    options.port = static_cast<quint16>(port);
    return Success{};
}

Result<> readToken(const QString &path, ingest::ListenerOptions &options)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return wrongFlag(kTokenFile,
                         QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    constexpr qint64 kLongestToken = 4096;
    options.token = file.read(kLongestToken).trimmed();
    if (options.token.isEmpty())
        return wrongFlag(kTokenFile, QStringLiteral("%1 is empty.").arg(path));
    return Success{};
}

Result<> readSynchronous(const QString &word, store::StoreOptions &options)
{
    if (word == QStringLiteral("normal"))
        options.synchronous = store::Synchronous::Normal;
    else if (word == QStringLiteral("full"))
        options.synchronous = store::Synchronous::Full;
    else
        return wrongFlag(kSynchronous,
                         QStringLiteral("takes normal or full, not \"%1\".").arg(word));
    return Success{};
}

Result<> readLimits(const QCommandLineParser &parser, HostOptions &options)
{
    for (const LimitFlag &flag : kLimits) {
        const QString name = QString::fromLatin1(flag.name);
        if (!parser.isSet(name))
            continue;
        bool ok = false;
        const double value = parser.value(name).toDouble(&ok);
        if (!ok || !std::isfinite(value) || value < 0 || value > kLargestLimit)
            return wrongFlag(name,
                             QStringLiteral("takes a number that is not negative, not \"%1\".")
                                 .arg(parser.value(name)));
        flag.set(options, value);
    }
    return Success{};
}

} // namespace

void addStoreOptions(QCommandLineParser &parser)
{
    parser.addOption(
        {kDb,
         QStringLiteral("The store: sqlite:PATH or sqlite::memory:. By default XRAY_DB, "
                        "else %1.")
             .arg(store::defaultStoreUrl().toString()),
         QStringLiteral("URL")});
}

void addListenerOptions(QCommandLineParser &parser)
{
    const ingest::ListenerOptions defaults;
    parser.addOption({kListen, QStringLiteral("Where to listen."), QStringLiteral("HOST:PORT"),
                      QStringLiteral("%1:%2").arg(defaults.host).arg(defaults.port)});
    parser.addOption({kNoListen, QStringLiteral("Do not listen.")});
    parser.addOption({kTokenFile,
                      QStringLiteral("File with the token every request must bring (Authorization: "
                                     "Bearer …); needed for an address that is not loopback."),
                      QStringLiteral("FILE")});
    parser.addOption(
        {kSynchronous,
         QStringLiteral("What an acknowledged event survives: normal, a killed process; "
                        "full, a power cut too."),
         QStringLiteral("normal|full"), QStringLiteral("normal")});
    const HostOptions limits;
    for (const LimitFlag &flag : kLimits) {
        const QString value = QString::number(flag.get(limits), 'g', 10);
        parser.addOption(
            {QString::fromLatin1(flag.name),
             QStringLiteral("%1 Default %2.").arg(QLatin1String(flag.description), value),
             QStringLiteral("N")});
    }
}

Result<store::StoreOptions> storeOptionsFrom(const QCommandLineParser &parser,
                                             const std::optional<store::StoreUrl> &fallback)
{
    store::StoreOptions options;
    const QString variable = qEnvironmentVariable("XRAY_DB");
    const QString text = parser.isSet(kDb) ? parser.value(kDb) : fallback ? QString() : variable;
    if (text.isEmpty() && !parser.isSet(kDb)) {
        options.url = fallback.value_or(store::defaultStoreUrl());
        return options;
    }
    auto url = store::parseStoreUrl(text);
    if (!url)
        return url.error();
    options.url = std::move(*url);
    return options;
}

Result<HostOptions> hostOptionsFrom(const QCommandLineParser &parser,
                                    const std::optional<store::StoreUrl> &fallback)
{
    auto store = storeOptionsFrom(parser, fallback);
    if (!store)
        return store.error();
    HostOptions options;
    options.store = std::move(*store);
    options.listener.version = QStringLiteral(XRAY_VERSION);
    options.listening = parser.isSet(kNoListen) ? Listening::Off : Listening::On;
    if (auto ok = readAddress(parser.value(kListen), options.listener); !ok)
        return ok.error();
    if (parser.isSet(kTokenFile)) {
        if (auto ok = readToken(parser.value(kTokenFile), options.listener); !ok)
            return ok.error();
    }
    if (auto ok = readSynchronous(parser.value(kSynchronous), options.store); !ok)
        return ok.error();
    if (auto ok = readLimits(parser, options); !ok)
        return ok.error();
    return options;
}

} // namespace xray::app
