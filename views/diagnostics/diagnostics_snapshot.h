// SPDX-License-Identifier: GPL-3.0-or-later
// What the diagnostics view shows, ready for people: a plain value that the app fills from listener
// and store, which views do not know. Values; any thread.
#pragma once

#include <model/core/time.h>

#include <QString>

#include <vector>

namespace xray::views {

/// Refusals of one kind: the same request from the same place for the same reason.
struct RefusedKind
{
    TimeNs at = 0; ///< of the latest
    qint64 count = 0;
    QString from;    ///< "127.0.0.1"
    QString request; ///< "POST /execution-steps"
    QString status;  ///< "422", or "closed" where nothing was answered
    QString code;    ///< "unknown_field"
    QString where;   ///< "line 3, reasoning.score" of the latest; may be empty
    QString why;     ///< for people

    /// Whether both stand for the same kind, whatever their counts.
    [[nodiscard]] bool isSameKind(const RefusedKind &other) const
    {
        return from == other.from && request == other.request && status == other.status &&
               code == other.code && why == other.why;
    }
    friend bool operator==(const RefusedKind &, const RefusedKind &) = default;
};

/// Quiet facts need nobody; the others mean that somebody should look.
enum class FactTone { Quiet, Good, Bad };

struct DiagnosticsFact
{
    QString name;
    QString value;
    FactTone tone = FactTone::Quiet;

    friend bool operator==(const DiagnosticsFact &, const DiagnosticsFact &) = default;
};

struct DiagnosticsGroup
{
    QString title;
    std::vector<DiagnosticsFact> facts;

    friend bool operator==(const DiagnosticsGroup &, const DiagnosticsGroup &) = default;
};

struct DiagnosticsSnapshot
{
    std::vector<QString> problems; ///< what is wrong now, and what to do next
    std::vector<DiagnosticsGroup> groups;
    std::vector<RefusedKind> refusals; ///< latest first

    friend bool operator==(const DiagnosticsSnapshot &, const DiagnosticsSnapshot &) = default;
};

/// All of it as text, to be pasted into a report.
[[nodiscard]] QString asText(const DiagnosticsSnapshot &snapshot);

} // namespace xray::views
