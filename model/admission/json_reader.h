// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a valid JSON text once without building a tree. Inner to this layer: the one place that
// knows simdjson. Each thread has its own parser, so a visitor must not start another walk; what it
// is handed points into the caller's bytes and may be kept as long as they are.
#pragma once

#include <QByteArrayView>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace xray::admission {

/// Objects below this many others are not looked into; the decoders refuse deeper ones.
inline constexpr int kMaxJsonDepth = 100;

enum class Walk { On, Stop };

/// Raw texts: the key as between its quotes, the value as it stands (a string with its quotes).
struct Member
{
    std::string_view key;
    std::string_view value;
};

/// Each member of the object, in order. Nothing for an empty text and for anything but an object.
void forEachMember(QByteArrayView object, const std::function<Walk(const Member &)> &visit);

/// The raw text of each element of the array, in order. Nothing for anything but an array.
void forEachElement(QByteArrayView array, const std::function<Walk(std::string_view)> &visit);

/// Each number below the object that is in no array, with its dotted path (keys decoded).
void forEachNumber(QByteArrayView object,
                   const std::function<void(const std::string &path, double value)> &visit);

/// A raw value that is a number a double can hold; nothing for anything else.
[[nodiscard]] std::optional<double> numberOf(std::string_view rawValue) noexcept;

/// What stands between the quotes of a raw value that is a string; nothing for anything else.
[[nodiscard]] std::optional<std::string_view> stringOf(std::string_view rawValue) noexcept;

} // namespace xray::admission
