// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/json_values.h"

#include <charconv>
#include <cmath>

namespace xray::ingest {

namespace {

namespace ondemand = simdjson::ondemand;

QByteArray toBytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

JsonText minified(std::string_view json)
{
    // The minifier writes whole vectors, so it may touch bytes behind the result.
    JsonText out(static_cast<qsizetype>(json.size() + simdjson::SIMDJSON_PADDING),
                 Qt::Uninitialized);
    std::size_t size = 0;
    const auto error = simdjson::minify(json.data(), json.size(), out.data(), size);
    Q_ASSERT(!error); // the document was validated
    Q_UNUSED(error);
    out.truncate(static_cast<qsizetype>(size));
    return out;
}

std::optional<TimeNs> timeOf(Value &value)
{
    if (const auto text = stringOf(value))
        return parseRfc3339(*text);
    std::int64_t ns = 0;
    return value.get_int64().get(ns) ? std::nullopt : std::optional<TimeNs>(ns);
}

std::optional<std::string_view> objectTextOf(Value &value)
{
    ondemand::object object;
    std::string_view text;
    if (value.get_object().get(object) || object.raw_json().get(text))
        return std::nullopt;
    return text;
}

} // namespace

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool isNull(Value &value)
{
    bool null = false;
    return !value.is_null().get(null) && null;
}

std::optional<std::string_view> stringOf(Value &value)
{
    std::string_view text;
    return value.get_string().get(text) ? std::nullopt : std::optional(text);
}

Why readText(Value &value, Field<QByteArray> &out)
{
    if (isNull(value)) {
        out = Field<QByteArray>::null();
        return {};
    }
    const auto text = stringOf(value);
    if (!text)
        return QStringLiteral("must be a string");
    if (text->find('\0') != text->npos)
        return QStringLiteral("must not contain a NUL character");
    out = toBytes(*text);
    return {};
}

Why readTime(Value &value, Field<TimeNs> &out)
{
    if (isNull(value)) {
        out = Field<TimeNs>::null();
        return {};
    }
    const auto time = timeOf(value);
    if (!time)
        return QStringLiteral("must be a time: RFC 3339 such as 2026-01-31T09:41:07.218Z, or an "
                              "integer of nanoseconds since 1970");
    out = *time;
    return {};
}

Why readMilliseconds(Value &value, DurationNs &out)
{
    static constexpr long double largest = 9.2e12L; // ms in an int64 of nanoseconds
    double ms = 0;
    if (value.get_double().get(ms) || !std::isfinite(ms) || ms < 0 || ms > largest)
        return QStringLiteral("must be a number of milliseconds, 0 or more");
    out = llroundl(static_cast<long double>(ms) * kNsPerMs);
    return {};
}

Why readDuration(Value &value, Field<DurationNs> &out)
{
    if (isNull(value)) {
        out = Field<DurationNs>::null();
        return {};
    }
    DurationNs duration = 0;
    if (auto why = readMilliseconds(value, duration))
        return why;
    out = duration;
    return {};
}

Why readIndex(Value &value, Field<qint64> &out)
{
    if (isNull(value)) {
        out = Field<qint64>::null();
        return {};
    }
    std::int64_t index = 0;
    if (value.get_int64().get(index) || index < 0)
        return QStringLiteral("must be an integer, 0 or more");
    out = static_cast<qint64>(index);
    return {};
}

Why readObject(Value &value, Field<JsonText> &out)
{
    if (isNull(value)) {
        out = Field<JsonText>::null();
        return {};
    }
    const auto text = objectTextOf(value);
    if (!text)
        return QStringLiteral("must be an object");
    out = minified(*text);
    return {};
}

Why readSpanId(Value &value, quint64 &out)
{
    const auto text = stringOf(value);
    const char *end = text ? text->data() + text->size() : nullptr;
    const bool isWhole =
        text && text->size() == 16 && std::from_chars(text->data(), end, out, 16).ptr == end;
    return isWhole ? Why() : Why(QStringLiteral("must be sixteen hex digits"));
}

Why readTrigger(Value &value, Field<JsonText> &out)
{
    ondemand::json_type type{};
    if (!value.type().get(type) && type == ondemand::json_type::string) {
        out = minified(value.raw_json_token());
        return {};
    }
    if (readObject(value, out))
        return QStringLiteral("must be a string or an object");
    return {};
}

Why readTags(Value &value, Field<std::vector<QByteArray>> &out)
{
    if (isNull(value)) {
        out = Field<std::vector<QByteArray>>::null();
        return {};
    }
    const QString must = QStringLiteral("must be an array of strings");
    ondemand::array array;
    if (value.get_array().get(array))
        return must;
    std::vector<QByteArray> tags;
    for (auto element : array) {
        std::string_view tag;
        if (element.get_string().get(tag))
            return must;
        tags.push_back(toBytes(tag));
    }
    out = std::move(tags);
    return {};
}

} // namespace xray::ingest
