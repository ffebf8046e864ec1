// SPDX-License-Identifier: GPL-3.0-or-later
// What the listener tells about itself: counters, the latest refusals, and its state. Plain values.
#pragma once

#include <model/core/time.h>

#include <QByteArray>
#include <QString>

#include <map>

namespace xray::ingest {

struct ListenerStats
{
    qint64 accepted = 0;                         ///< events stored
    qint64 rejected = 0;                         ///< events and requests refused
    std::map<QByteArray, qint64> rejectedByCode; ///< "unknown_field": 3, …
    qint64 requests = 0;                         ///< whose header was read
    qint64 connections = 0;                      ///< open now
    qint64 eventStreams = 0;                     ///< open now
    qint64 bytesInFlight = 0;                    ///< of bodies read and not yet answered
    qint64 gaveWay = 0; ///< idle connections closed because there were too many
};

/// Requests or lines of a batch that were refused, or connections that were closed on a client who
/// was too slow (code "timeout") or one too many ("too_many_connections"): those of one kind, which
/// have the same sender, request and reason. Texts are short and hold no control characters.
struct Refusal
{
    TimeNs at = 0;  ///< of the latest
    QString peer;   ///< "127.0.0.1:51234", of the latest
    QString what;   ///< "POST /executions"; "?" when the header was not read
    int status = 0; ///< of the reply; 0: closed without one
    QString code;
    QString message;
    QString field;    ///< of the latest; may be empty
    int line = 0;     ///< of the latest; 0 when it was not one of several
    qint64 count = 1; ///< how many there were
};

struct ListenerState
{
    enum class Kind { Stopped, Listening, Stopping };

    Kind kind = Kind::Stopped;
    QString host;
    quint16 port = 0;
};

} // namespace xray::ingest
