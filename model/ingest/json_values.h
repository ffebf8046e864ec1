// SPDX-License-Identifier: GPL-3.0-or-later
// One JSON value into one field of an event. What each reader takes is what the HTTP API documents;
// null becomes a null field where the field knows one. Private to the decoder; includes simdjson,
// so only .cpp files of this layer may include it. Pure functions, any thread.
#pragma once

#include <model/core/event.h>

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace xray::ingest {

using Value = simdjson::ondemand::value;

/// Why a value cannot be read ("must be a string"), or nothing.
using Why = std::optional<QString>;

[[nodiscard]] QString toQString(std::string_view text);
[[nodiscard]] bool isNull(Value &value);
[[nodiscard]] std::optional<std::string_view> stringOf(Value &value);

[[nodiscard]] Why readText(Value &value, Field<QByteArray> &out);
/// RFC 3339, or an integer of nanoseconds since 1970.
[[nodiscard]] Why readTime(Value &value, Field<TimeNs> &out);
[[nodiscard]] Why readMilliseconds(Value &value, DurationNs &out);
[[nodiscard]] Why readDuration(Value &value, Field<DurationNs> &out);
[[nodiscard]] Why readIndex(Value &value, Field<qint64> &out);
/// Its text, minified.
[[nodiscard]] Why readObject(Value &value, Field<JsonText> &out);
/// Sixteen hex digits.
[[nodiscard]] Why readSpanId(Value &value, quint64 &out);
/// A string or an object, as text.
[[nodiscard]] Why readTrigger(Value &value, Field<JsonText> &out);
[[nodiscard]] Why readTags(Value &value, Field<std::vector<QByteArray>> &out);

template<class Entity>
[[nodiscard]] Why readId(Value &value, std::optional<Id<Entity>> &out)
{
    if (isNull(value))
        return {};
    const auto text = stringOf(value);
    out = text ? Id<Entity>::fromText(*text) : std::nullopt;
    if (!out)
        return QStringLiteral("must be a UUID such as 0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f");
    return {};
}

template<class Entity>
[[nodiscard]] Why readIdField(Value &value, Field<Id<Entity>> &out)
{
    std::optional<Id<Entity>> id;
    if (auto why = readId(value, id))
        return why;
    out = id ? Field<Id<Entity>>(*id) : Field<Id<Entity>>::null();
    return {};
}

/// One of some words, which `allowed` lists for people.
template<class Word>
[[nodiscard]] Why readWord(Value &value, Field<Word> &out,
                           std::optional<Word> (*fromWord)(std::string_view), const char *allowed)
{
    if (isNull(value)) {
        out = Field<Word>::null();
        return {};
    }
    const auto text = stringOf(value);
    const auto word = text ? fromWord(*text) : std::nullopt;
    if (word) {
        out = *word;
        return {};
    }
    const QString must = QStringLiteral("must be %1").arg(QLatin1String(allowed));
    return text ? QStringLiteral("%1, not \"%2\"").arg(must, toQString(text->substr(0, 40))) : must;
}

} // namespace xray::ingest
