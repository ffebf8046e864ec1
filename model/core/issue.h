// SPDX-License-Identifier: GPL-3.0-or-later
// An Issue is bad input that was kept: counted, stored with its step and shown, never dropped.
#pragma once

#include <QString>

namespace xray {

enum class Severity { Info, Warning, Error };

struct Issue
{
    Severity severity = Severity::Warning;
    QString code;    ///< stable snake_case word, for example "percentage_contradicts_counts"
    QString message; ///< for people: what contradicts what
    QString field;   ///< JSON path of the value at fault, for example "reasoning_payload.score"

    friend bool operator==(const Issue &, const Issue &) = default;
};

} // namespace xray
