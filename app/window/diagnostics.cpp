// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/diagnostics.h"

#include <model/core/text.h>

#include <QLocale>

#include <ranges>

namespace xray::app {

using views::DiagnosticsFact;
using views::FactTone;
using views::RefusedKind;

namespace {

QString bytesText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

DiagnosticsFact countFact(const char *name, qint64 count)
{
    return {QString::fromUtf8(name), formatCount(count)};
}

/// A count that ought to be 0.
DiagnosticsFact badCountFact(const char *name, qint64 count)
{
    return {QString::fromUtf8(name), formatCount(count),
            count > 0 ? FactTone::Bad : FactTone::Quiet};
}

QString placeOf(const ingest::Refusal &refusal)
{
    QStringList parts;
    if (refusal.line > 0)
        parts += QStringLiteral("line %1").arg(refusal.line);
    if (!refusal.field.isEmpty())
        parts += refusal.field;
    return parts.join(QStringLiteral(", "));
}

QString hostOf(const QString &peer)
{
    const auto colon = peer.lastIndexOf(QLatin1Char(':'));
    return colon < 0 ? peer : peer.left(colon);
}

RefusedKind kindOf(const ingest::Refusal &refusal)
{
    const bool isUnread = refusal.what == QLatin1String("?");
    return {.at = refusal.at,
            .count = refusal.count,
            .from = hostOf(refusal.peer),
            .request = isUnread ? QStringLiteral("no request") : refusal.what,
            .status =
                refusal.status == 0 ? QStringLiteral("closed") : QString::number(refusal.status),
            .code = refusal.code,
            .where = placeOf(refusal),
            .why = refusal.message};
}

// ---- figures -------------------------------------------------------------------------------

views::DiagnosticsGroup eventGroup(const DiagnosticsInput &input)
{
    const SinkStats &sink = input.sink;
    const qint64 rejected = input.listener ? input.listener->rejected : sink.rejected;
    return {QStringLiteral("Events since start"),
            {countFact("Stored", sink.accepted),
             countFact("Steps among them", sink.acceptedSteps),
             countFact("Rejected", rejected),
             badCountFact("Dropped", sink.dropped),
             {QStringLiteral("Waiting to be written"),
              QStringLiteral("%1 · %2").arg(formatCount(sink.queuedEvents),
                                            bytesText(sink.queuedBytes))},
             countFact("Transactions", sink.committed),
             badCountFact("Transactions that failed", sink.failedBatches)}};
}

QString stateText(const HostState &state)
{
    switch (state.kind) {
    case HostState::Kind::Listening:
        return QStringLiteral("listening on %1").arg(state.address);
    case HostState::Kind::Watching:
        return QStringLiteral("watching");
    case HostState::Kind::NotListening:
        return QStringLiteral("not listening");
    case HostState::Kind::ReadOnly:
        return QStringLiteral("read-only");
    }
    return {};
}

views::DiagnosticsGroup listenerGroup(const DiagnosticsInput &input)
{
    const bool wrong = input.state.problem.has_value();
    views::DiagnosticsGroup group{QStringLiteral("Listener"),
                                  {{QStringLiteral("State"), stateText(input.state),
                                    wrong ? FactTone::Bad : FactTone::Good}}};
    if (!input.listener)
        return group;
    const ingest::ListenerStats &stats = *input.listener;
    for (const DiagnosticsFact &fact :
         {countFact("Requests", stats.requests), countFact("Open connections", stats.connections),
          countFact("Event streams", stats.eventStreams),
          countFact("Idle connections that gave way", stats.gaveWay)})
        group.facts.push_back(fact);
    group.facts.push_back(
        {QStringLiteral("Bodies being read or answered"), bytesText(stats.bytesInFlight)});
    return group;
}

QString roleText(const HostState &state)
{
    switch (state.kind) {
    case HostState::Kind::Listening:
    case HostState::Kind::NotListening:
        return QStringLiteral("this program");
    case HostState::Kind::Watching:
        return state.holder.isEmpty() ? QStringLiteral("another program") : state.holder;
    case HostState::Kind::ReadOnly:
        return QStringLiteral("nobody from here");
    }
    return {};
}

QString synchronousText(store::Synchronous synchronous)
{
    switch (synchronous) {
    case store::Synchronous::Normal:
        return QStringLiteral("normal: survives a killed program");
    case store::Synchronous::Full:
        return QStringLiteral("full: survives a power cut");
    case store::Synchronous::Extra:
        return QStringLiteral("extra: survives a power cut");
    }
    return {};
}

views::DiagnosticsGroup storeGroup(const DiagnosticsInput &input)
{
    const SinkStats &sink = input.sink;
    const bool waits = sink.spoolWaitingBytes > 0;
    return {QStringLiteral("Store"),
            {{QStringLiteral("Place"), input.url.toString()},
             {QStringLiteral("Written by"), roleText(input.state)},
             {QStringLiteral("Synchronous"), synchronousText(input.synchronous)},
             countFact("Taken from the spool", sink.spooled),
             {QStringLiteral("Waiting in the spool"), bytesText(sink.spoolWaitingBytes),
              waits ? FactTone::Bad : FactTone::Quiet},
             badCountFact("Refused from the spool, kept", sink.spoolRefused)}};
}

// ---- problems ------------------------------------------------------------------------------

std::vector<QString> problemsOf(const DiagnosticsInput &input)
{
    std::vector<QString> problems;
    if (input.state.problem)
        problems.push_back(input.state.problem->message);
    if (const QString trouble = input.state.trouble(); !trouble.isEmpty())
        problems.push_back(trouble);
    else if (input.sink.trouble)
        problems.push_back(input.sink.trouble->message);
    if (input.sink.spoolRefused > 0)
        problems.push_back(QStringLiteral("%1 events that were acknowledged while the store was "
                                          "away were refused by it later. They are kept in a file "
                                          "beside the store.")
                               .arg(formatCount(input.sink.spoolRefused)));
    return problems;
}

} // namespace

views::DiagnosticsSnapshot diagnosticsOf(const DiagnosticsInput &input)
{
    views::DiagnosticsSnapshot snapshot{
        problemsOf(input), {eventGroup(input), listenerGroup(input), storeGroup(input)}, {}};
    for (const ingest::Refusal &refusal : input.refusals | std::views::reverse)
        snapshot.refusals.push_back(kindOf(refusal));
    return snapshot;
}

} // namespace xray::app
