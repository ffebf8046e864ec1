// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and steps as rows of a Printer, the same in every command. Pure functions.
#pragma once

#include "app/ctl/printer.h"

#include <model/core/execution.h>
#include <model/query/source.h>

namespace xray::app {

[[nodiscard]] Cell milliseconds(const std::optional<DurationNs> &duration);
[[nodiscard]] Cell timeCell(const std::optional<TimeNs> &time);
[[nodiscard]] Cell textOrNothing(const QString &text);
[[nodiscard]] Cell jsonOrNothing(const JsonText &json);
template<class T>
[[nodiscard]] Cell numberOrNothing(const std::optional<T> &value)
{
    return value ? Cell(*value) : Cell();
}

[[nodiscard]] const std::vector<Printer::Column> &runColumns();
[[nodiscard]] std::vector<Cell> runCells(const Execution &run);

/// Of the answer to a step query.
[[nodiscard]] const std::vector<Printer::Column> &hitColumns();
[[nodiscard]] std::vector<Cell> hitCells(const query::StepHit &hit);

} // namespace xray::app
