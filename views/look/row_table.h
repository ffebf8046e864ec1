// SPDX-License-Identifier: GPL-3.0-or-later
// What all tables of rows have in common: whole rows are selected one at a time, no grid and no row
// numbers, scrolled by pixels, Tab leaves the table. GUI thread.
#pragma once

#include "views/look/theme.h"

class QTableView;

namespace xray::views {

/// To be called once, before columns are sized; `rowHeight` in pixels.
void setUpRowTable(QTableView &table, const QString &accessibleName,
                   int rowHeight = kTableRowHeight);

} // namespace xray::views
