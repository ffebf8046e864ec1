// SPDX-License-Identifier: GPL-3.0-or-later
// One word of all views.
#pragma once

namespace xray::views {

/// Whether a view moves by itself to keep up with what is live.
enum class Follow { On, Off };

} // namespace xray::views
