// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/host_arguments.h"

#include "app/host/rules_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUrl>

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
const QString kAllowOrigin = QStringLiteral("allow-origin");
const QString kAllowHost = QStringLiteral("allow-host");
const QString kSynchronous = QStringLiteral("synchronous");
const QString kTextIndex = QStringLiteral("text-index");
const QString kSpool = QStringLiteral("spool");
const QString kOtlpRules = QStringLiteral("otlp-rules");

constexpr double kMiB = 1024.0 * 1024.0;
/// The largest value any limit takes: beyond it a double is no exact count any more.
constexpr double kLargestLimit = 1e12;

/// A limit as a number on the command line, in the unit its name says.
struct LimitFlag
{
    const char *name;
    const char *description;
    double (*get)(const HostOptions &);
    void (*set)(HostOptions &, double);
    double most = kLargestLimit;
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
constexpr LimitFlag number(const char *name, const char *description,
                           int most = std::numeric_limits<int>::max())
{
    return {
        name, description,
        [](const HostOptions &o) { return static_cast<double>(o.listener.limits.*Member); },
        [](HostOptions &o, double value) { o.listener.limits.*Member = static_cast<int>(value); },
        static_cast<double>(most)};
}

constexpr LimitFlag kLimits[] = {
    bytes<&ListenerLimits::headerBytes>("max-header", "Request header, MiB."),
    bytes<&ListenerLimits::bodyBytes>("max-body", "Request body, on the wire and inflated, MiB."),
    bytes<&ListenerLimits::otlpBodyBytes>("max-otlp-body", "The same of OTLP, MiB."),
    bytes<&ListenerLimits::bytesInFlight>("max-in-flight",
                                          "Bodies read and not yet answered, MiB."),
    bytes<&ListenerLimits::replyBytesInFlight>("max-replies-in-flight",
                                               "Replies made and not yet taken, MiB."),
    bytes<&ListenerLimits::pageBytes>("max-page", "What one page of a list may say, MiB."),
    bytes<&ListenerLimits::eventRingBytes>("max-event-backlog",
                                           "Events a slow stream may be behind, MiB."),
    number<&ListenerLimits::jsonDepth>("max-json-depth", "Levels of nesting in JSON, at most 1000.",
                                       ingest::kDeepestJson),
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
    seconds<&ListenerLimits::heartbeatTime>("event-heartbeat",
                                            "Between signs of life of a silent event stream, s."),
    seconds<&ListenerLimits::eventPause>("event-pause",
                                         "Between two writes of an event stream, s."),
    seconds<&ListenerLimits::stopTime>("stop-timeout",
                                       "Time for requests to finish at the end, s."),
    {"max-queue-events", "Events waiting for the store.",
     [](const HostOptions &o) { return static_cast<double>(o.store.queue.events); },
     [](HostOptions &o, double value) { o.store.queue.events = static_cast<qint64>(value); }},
    {"max-queue-size", "Size of the events waiting for the store, MiB.",
     [](const HostOptions &o) { return static_cast<double>(o.store.queue.bytes) / kMiB; },
     [](HostOptions &o, double value) { o.store.queue.bytes = static_cast<qint64>(value * kMiB); }},
    {"spool-limit",
     "Events waiting on disk while the store cannot be written, MiB; 0 refuses them.",
     [](const HostOptions &o) { return static_cast<double>(o.store.spool.limitBytes) / kMiB; },
     [](HostOptions &o, double value) {
         o.store.spool.limitBytes = static_cast<qint64>(value * kMiB);
     }},
    {"incomplete-after", "A running run without an event for this long is incomplete, s.",
     [](const HostOptions &o) {
         return static_cast<double>(o.store.incompleteAfter) / static_cast<double>(kNsPerSecond);
     },
     [](HostOptions &o, double value) {
         o.store.incompleteAfter =
             static_cast<DurationNs>(value * static_cast<double>(kNsPerSecond));
     }},
};

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

/// A browser sends an origin as scheme://host[:port], and nothing else can ever match.
bool isOrigin(const QUrl &url)
{
    return url.isValid() && !url.host().isEmpty() &&
           (url.scheme() == QStringLiteral("http") || url.scheme() == QStringLiteral("https")) &&
           url.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority).isEmpty() &&
           url.userInfo().isEmpty();
}

Result<> readOrigins(const QStringList &origins, ingest::ListenerOptions &options)
{
    for (const QString &origin : origins) {
        if (!isOrigin(QUrl(origin, QUrl::StrictMode)))
            return wrongFlag(
                kAllowOrigin,
                QStringLiteral("takes an origin such as http://localhost:3000, without "
                               "a path; \"%1\" is not one.")
                    .arg(origin));
        options.allowedOrigins.append(origin.toUtf8());
    }
    return Success{};
}

RulesFile rulesFileFrom(const QCommandLineParser &parser)
{
    if (!parser.isSet(kOtlpRules))
        return usualRulesFile();
    const QString named = parser.value(kOtlpRules);
    return named.isEmpty() ? RulesFile() : RulesFile{{QFileInfo(named).absoluteFilePath()}, true};
}

Result<> readSynchronous(const QString &word, store::StoreOptions &options)
{
    if (word == QStringLiteral("normal"))
        options.synchronous = store::Synchronous::Normal;
    else if (word == QStringLiteral("full"))
        options.synchronous = store::Synchronous::Full;
    else if (word == QStringLiteral("extra"))
        options.synchronous = store::Synchronous::Extra;
    else
        return wrongFlag(kSynchronous,
                         QStringLiteral("takes normal, full or extra, not \"%1\".").arg(word));
    return Success{};
}

Result<> readTextIndex(const QString &word, store::StoreOptions &options)
{
    if (word == QStringLiteral("substrings"))
        options.textIndexing = store::TextIndexing::Substrings;
    else if (word == QStringLiteral("off"))
        options.textIndexing = store::TextIndexing::Off;
    else
        return wrongFlag(kTextIndex,
                         QStringLiteral("takes substrings or off, not \"%1\".").arg(word));
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
        if (!ok || !std::isfinite(value) || value < 0 || value > flag.most)
            return wrongFlag(name, QStringLiteral("takes a number from 0 to %1, not \"%2\".")
                                       .arg(flag.most, 0, 'g', 10)
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
    parser.addOption({kOtlpRules,
                      QStringLiteral("How spans become steps where the mapping would guess, see "
                                     "docs/OTLP.md. Default xray/otlp-rules.json below the "
                                     "configuration folder, if it is there."),
                      QStringLiteral("FILE")});
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
    parser.addOption({kAllowOrigin,
                      QStringLiteral("A web page from there may use the listener, for example "
                                     "http://localhost:3000; may be given more than once."),
                      QStringLiteral("ORIGIN")});
    parser.addOption({kAllowHost,
                      QStringLiteral("A Host name to answer to besides the loopback ones; may be "
                                     "given more than once."),
                      QStringLiteral("NAME")});
    parser.addOption(
        {kTextIndex,
         QStringLiteral("What searching for texts may use: an index of substrings, made in the "
                        "background, or off, which reads every payload and takes no space."),
         QStringLiteral("substrings|off"), QStringLiteral("substrings")});
    parser.addOption(
        {kSynchronous,
         QStringLiteral("What an acknowledged event survives: normal, a killed process; full "
                        "and extra, a power cut too."),
         QStringLiteral("normal|full|extra"), QStringLiteral("normal")});
    parser.addOption({kSpool,
                      QStringLiteral("Folder where events wait that the store cannot take now."),
                      QStringLiteral("DIR"), store::defaultSpoolFolder()});
    const HostOptions limits;
    for (const LimitFlag &flag : kLimits) {
        const QString value = QString::number(flag.get(limits), 'g', 10);
        parser.addOption(
            {QString::fromLatin1(flag.name),
             QStringLiteral("%1 Default %2.").arg(QLatin1String(flag.description), value),
             QStringLiteral("N")});
    }
}

static Result<store::StoreUrl> storeUrlFrom(const QCommandLineParser &parser,
                                            const std::optional<store::StoreUrl> &fallback)
{
    const QString variable = qEnvironmentVariable("XRAY_DB");
    const QString text = parser.isSet(kDb) ? parser.value(kDb) : fallback ? QString() : variable;
    if (text.isEmpty() && !parser.isSet(kDb))
        return fallback.value_or(store::defaultStoreUrl());
    return store::parseStoreUrl(text);
}

Result<store::StoreOptions> storeOptionsFrom(const QCommandLineParser &parser,
                                             const std::optional<store::StoreUrl> &fallback)
{
    store::StoreOptions options;
    auto url = storeUrlFrom(parser, fallback);
    if (!url)
        return url.error();
    options.url = std::move(*url);
    auto mapping = readMapping(rulesFileFrom(parser));
    if (!mapping)
        return wrongFlag(kOtlpRules, mapping.error().message);
    options.traceMapper = std::move(mapping->mapper);
    options.mappingVersion = mapping->version;
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
    options.rules = rulesFileFrom(parser);
    if (options.rules.isRequired && !QFileInfo(options.rules.places[0]).isFile())
        options.rules = {}; // a pipe, which cannot be read again
    options.listener.version = QStringLiteral(XRAY_VERSION);
    options.listening = parser.isSet(kNoListen) ? Listening::Off : Listening::On;
    if (auto ok = readAddress(parser.value(kListen), options.listener); !ok)
        return ok.error();
    if (parser.isSet(kTokenFile)) {
        if (auto ok = readToken(parser.value(kTokenFile), options.listener); !ok)
            return ok.error();
    }
    if (auto ok = readOrigins(parser.values(kAllowOrigin), options.listener); !ok)
        return ok.error();
    for (const QString &host : parser.values(kAllowHost))
        options.listener.allowedHosts.append(host.toUtf8());
    options.store.spool.folder = QDir(parser.value(kSpool)).absolutePath();
    if (auto ok = readSynchronous(parser.value(kSynchronous), options.store); !ok)
        return ok.error();
    if (auto ok = readTextIndex(parser.value(kTextIndex), options.store); !ok)
        return ok.error();
    if (auto ok = readLimits(parser, options); !ok)
        return ok.error();
    return options;
}

} // namespace xray::app
