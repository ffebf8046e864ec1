// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T>: a value or an Error that a person can act on. Every fallible function of X-Ray
// returns one; no exception of ours crosses a function. Usable from any thread.
#pragma once

#include <QString>

#include <optional>
#include <utility>
#include <variant>

namespace xray {

/// What kind of thing went wrong. errorCodeName() gives the stable snake_case word that the HTTP
/// API, the inbox and the log show.
enum class ErrorCode {
    InvalidJson,      ///< not JSON, not UTF-8, or not of the shape the call takes
    MissingField,     ///< a required field is absent
    UnknownField,     ///< a field no entity has
    ReadOnlyField,    ///< a field only X-Ray itself fills in
    InvalidValue,     ///< wrong type, out of range, or not one of the allowed words
    UnknownExecution, ///< refers to a run that is not there
    UnknownStep,      ///< refers to a step that is not there
    Conflict,         ///< the id already belongs to something else
    NotFound,
    TooLarge,
    Busy,        ///< try again: a queue is full, or the store is locked
    Unavailable, ///< the store cannot be used now; the message says why
    Cancelled,
    Internal,
};

[[nodiscard]] const char *errorCodeName(ErrorCode code) noexcept;

struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message;    ///< what failed, on what, and what to do next
    QString field = {}; ///< JSON name of the field at fault, dotted below the top; may be empty
    std::optional<int> line =
        {}; ///< 1-based line or array element of the request, where one applies
};

struct Success
{
};

/// Either a T or an Error. `if (result) use(*result); else show(result.error());`
/// Result<> is that of something that has no value to give: return Success{}.
template<class T = Success>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    [[nodiscard]] bool ok() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    T &operator*() & { return std::get<0>(m_state); }
    const T &operator*() const & { return std::get<0>(m_state); }
    T &&operator*() && { return std::get<0>(std::move(m_state)); }
    T *operator->() { return &std::get<0>(m_state); }
    const T *operator->() const { return &std::get<0>(m_state); }

    [[nodiscard]] const Error &error() const & { return std::get<1>(m_state); }
    [[nodiscard]] Error &error() & { return std::get<1>(m_state); }
    [[nodiscard]] Error &&error() && { return std::get<1>(std::move(m_state)); }

private:
    std::variant<T, Error> m_state;
};

} // namespace xray
