// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/json_escape.h"

#include <array>
#include <charconv>
#include <cmath>

namespace xray {

namespace {

void appendEscaped(QByteArray &out, unsigned char c)
{
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += "\\u00";
        out += digits[c >> 4];
        out += digits[c & 0x0f];
    }
}

} // namespace

void appendJsonString(QByteArray &out, QByteArrayView utf8)
{
    out += '"';
    qsizetype plain = 0; // start of the run of bytes that need no escape
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(utf8.sliced(plain, i - plain));
        appendEscaped(out, c);
        plain = i + 1;
    }
    out.append(utf8.sliced(plain));
    out += '"';
}

void appendJsonNumber(QByteArray &out, double value)
{
    Q_ASSERT(std::isfinite(value));
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    Q_ASSERT(error == std::errc{});
    out.append(text.data(), end - text.data());
}

} // namespace xray
