// SPDX-License-Identifier: GPL-3.0-or-later
// The menu of what a condition can be about: the step's fields, its run's, the metrics and payload
// paths that the data knows. Made anew for each opening; GUI thread.
#pragma once

#include <model/query/language.h>

#include <functional>
#include <memory>

class QMenu;
class QWidget;

namespace xray::views {

/// Fills the menu; `choose` is called with the field that is picked.
void fillFieldMenu(QMenu *menu, query::Subject subject, const query::Catalogue &catalogue,
                   const std::function<void(const query::Field &)> &choose);

/// What the builder says for an operator: "is", "contains", "≥".
[[nodiscard]] QString operatorText(query::Operator op);

} // namespace xray::views
