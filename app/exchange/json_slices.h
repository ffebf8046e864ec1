// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON text taken apart into texts of its parts, without making anything of them: what a file of
// any size can be read with. Nothing inside a part is checked; whoever decodes it does. Pure
// functions, any thread.
#pragma once

#include <QByteArrayView>

#include <functional>
#include <optional>

namespace xray::app {

/// Whether the text went on to the bracket that closes it.
enum class SliceEnd { Closed, Cut };

/// Each member of the object that `text` begins with, until `take` says false. A part that is cut
/// off is not handed out.
SliceEnd forEachMember(QByteArrayView text,
                       const std::function<bool(QByteArrayView key, QByteArrayView value)> &take);

/// The same for the elements of the array that `text` begins with.
SliceEnd forEachElement(QByteArrayView text,
                        const std::function<bool(QByteArrayView element)> &take);

/// The member of that name; the first of several.
[[nodiscard]] std::optional<QByteArrayView> memberOf(QByteArrayView object, QByteArrayView key);

/// Whether the text is one value, from its first bracket to the one that closes it.
[[nodiscard]] bool isOneValue(QByteArrayView text);

} // namespace xray::app
