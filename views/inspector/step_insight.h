// SPDX-License-Identifier: GPL-3.0-or-later
// All that the inspector shows of one step, read and parsed: made off the GUI thread in one go,
// then shared with the widgets. Immutable.
#pragma once

#include <model/core/ticket.h>
#include <model/items/explanation.h>
#include <model/items/payload_tree.h>

#include <memory>

namespace xray::views {

/// One payload of a step: its text, and the tree of it unless it could not be read.
struct Payload
{
    QByteArray json;            ///< empty when the step logged none
    items::PayloadTreePtr tree; ///< null when there is none, or when `problem` says why
    QString problem;
};

struct StepInsight
{
    std::shared_ptr<const StepDetail> detail;
    std::shared_ptr<const items::Explanation> explanation;
    Payload input;
    Payload output;
    Payload reasoning;
    Payload span; ///< of a step made of one
};

/// Thread-safe; some 5 ms a megabyte of payload. Incomplete when the ticket is cancelled.
[[nodiscard]] std::shared_ptr<const StepInsight>
makeInsight(std::shared_ptr<const StepDetail> detail, const Ticket &ticket);

} // namespace xray::views
