// SPDX-License-Identifier: GPL-3.0-or-later
// Typed identifiers. Outside, an entity is known by a UUID (RFC 9562, version 7 advised); inside
// the store by an integer row id that grows with arrival. Plain values, usable from any thread.
#pragma once

#include <QByteArray>
#include <QHashFunctions>
#include <QString>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace xray {

/// The 16 bytes of a UUID in network order. Ordering is byte order, so v7 ids sort by time.
class Uuid
{
public:
    using Bytes = std::array<std::uint8_t, 16>;

    constexpr Uuid() = default;
    constexpr explicit Uuid(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }

    /// A new version 7 UUID of now; those of one process increase strictly. Thread-safe.
    [[nodiscard]] static Uuid newV7();
    /// Reads the 36-character form, any case. Anything else, braces too, is refused.
    [[nodiscard]] static std::optional<Uuid> fromText(std::string_view text) noexcept;
    /// Exactly 16 bytes, as the store keeps them.
    [[nodiscard]] static std::optional<Uuid> fromBytes(QByteArrayView bytes) noexcept;

    [[nodiscard]] const Bytes &bytes() const noexcept { return m_bytes; }
    [[nodiscard]] QByteArray toUtf8() const;
    [[nodiscard]] QString toString() const { return QString::fromLatin1(toUtf8()); }
    [[nodiscard]] bool isNull() const noexcept { return m_bytes == Bytes{}; }

    friend constexpr auto operator<=>(const Uuid &, const Uuid &) = default;

private:
    Bytes m_bytes{};
};

[[nodiscard]] std::size_t hashValue(const Uuid &uuid) noexcept;

/// A Uuid that knows what it names, so that a step's id cannot be passed for a run's.
template<class Entity>
class Id
{
public:
    constexpr Id() = default;
    constexpr explicit Id(const Uuid &uuid)
        : m_uuid(uuid)
    {
    }

    [[nodiscard]] static Id newV7() { return Id(Uuid::newV7()); }
    [[nodiscard]] static std::optional<Id> fromText(std::string_view text) noexcept
    {
        const auto uuid = Uuid::fromText(text);
        return uuid ? std::optional(Id(*uuid)) : std::nullopt;
    }

    [[nodiscard]] const Uuid &uuid() const noexcept { return m_uuid; }
    [[nodiscard]] QByteArray toUtf8() const { return m_uuid.toUtf8(); }
    [[nodiscard]] QString toString() const { return m_uuid.toString(); }
    [[nodiscard]] bool isNull() const noexcept { return m_uuid.isNull(); }

    friend constexpr auto operator<=>(const Id &, const Id &) = default;
    friend std::size_t qHash(const Id &id, std::size_t seed = 0) noexcept
    {
        return hashValue(id.m_uuid) ^ seed;
    }

private:
    Uuid m_uuid;
};

using ExecutionId = Id<struct ExecutionTag>;
using StepId = Id<struct StepTag>;
using ErrorId = Id<struct ErrorTag>;

/// A row id of the store that knows its table; 0 is no row.
template<class Entity>
struct Row
{
    std::int64_t value = 0;

    [[nodiscard]] bool isNull() const noexcept { return value == 0; }
    friend constexpr auto operator<=>(const Row &, const Row &) = default;
    friend std::size_t qHash(const Row &row, std::size_t seed = 0) noexcept
    {
        return ::qHash(row.value, seed);
    }
};

using ExecutionRow = Row<struct ExecutionTag>;
using StepRow = Row<struct StepTag>;

/// A revision of the store: one committed batch is one revision. 0 is "before anything".
using Revision = std::int64_t;

} // namespace xray

template<class Entity>
struct std::hash<xray::Id<Entity>>
{
    std::size_t operator()(const xray::Id<Entity> &id) const noexcept
    {
        return xray::hashValue(id.uuid());
    }
};

template<class Entity>
struct std::hash<xray::Row<Entity>>
{
    std::size_t operator()(const xray::Row<Entity> &row) const noexcept
    {
        return std::hash<std::int64_t>{}(row.value);
    }
};
