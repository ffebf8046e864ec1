// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/ids.h"

#include "model/core/time.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace xray {

namespace {

constexpr std::size_t kTextLength = 36;

constexpr bool isDashPosition(std::size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

int hexDigit(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// Milliseconds and a 12-bit counter below them, strictly increasing in this process.
std::uint64_t nextV7Tick()
{
    static std::mutex mutex;
    static std::uint64_t last = 0;
    const std::lock_guard lock(mutex);
    const auto now = static_cast<std::uint64_t>(nowNs());
    const std::uint64_t tick = ((now / 1'000'000) << 12) | ((now % 1'000'000) * 4096 / 1'000'000);
    last = std::max(last + 1, tick);
    return last;
}

} // namespace

Uuid Uuid::newV7()
{
    const std::uint64_t tick = nextV7Tick();
    const std::uint64_t random = QRandomGenerator::global()->generate64();
    Bytes bytes{};
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(tick >> (52 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | ((tick >> 8) & 0x0f));
    bytes[7] = static_cast<std::uint8_t>(tick);
    std::memcpy(bytes.data() + 8, &random, 8);
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    return Uuid(bytes);
}

std::optional<Uuid> Uuid::fromText(std::string_view text) noexcept
{
    if (text.size() != kTextLength)
        return std::nullopt;
    Bytes bytes{};
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < kTextLength; ++i) {
        if (isDashPosition(i)) {
            if (text[i] != '-')
                return std::nullopt;
            continue;
        }
        const int digit = hexDigit(text[i]);
        if (digit < 0)
            return std::nullopt;
        auto &byte = bytes[nibble / 2];
        byte = static_cast<std::uint8_t>((byte << 4) | digit);
        ++nibble;
    }
    return Uuid(bytes);
}

std::optional<Uuid> Uuid::fromBytes(QByteArrayView bytes) noexcept
{
    if (bytes.size() != 16)
        return std::nullopt;
    Bytes copy{};
    std::memcpy(copy.data(), bytes.data(), 16);
    return Uuid(copy);
}

QByteArray Uuid::toUtf8() const
{
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray text(kTextLength, '-');
    char *out = text.data();
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < kTextLength; ++i) {
        if (isDashPosition(i))
            continue;
        const std::uint8_t byte = m_bytes[nibble / 2];
        out[i] = digits[nibble % 2 == 0 ? byte >> 4 : byte & 0x0f];
        ++nibble;
    }
    return text;
}

std::size_t hashValue(const Uuid &uuid) noexcept
{
    // The tail of a v7 id is random, of a v4 id too: good enough to be the hash itself.
    std::size_t hash = 0;
    std::memcpy(&hash, uuid.bytes().data() + 8, sizeof hash);
    std::size_t head = 0;
    std::memcpy(&head, uuid.bytes().data(), sizeof head);
    return hash ^ (head * 0x9e3779b97f4a7c15ULL);
}

} // namespace xray
