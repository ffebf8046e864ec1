// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/result.h"

namespace xray {

const char *errorCodeName(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidJson:
        return "invalid_json";
    case ErrorCode::MissingField:
        return "missing_field";
    case ErrorCode::UnknownField:
        return "unknown_field";
    case ErrorCode::ReadOnlyField:
        return "read_only_field";
    case ErrorCode::InvalidValue:
        return "invalid_value";
    case ErrorCode::UnknownExecution:
        return "unknown_execution";
    case ErrorCode::UnknownStep:
        return "unknown_step";
    case ErrorCode::Conflict:
        return "conflict";
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::TooLarge:
        return "too_large";
    case ErrorCode::Busy:
        return "busy";
    case ErrorCode::Unavailable:
        return "unavailable";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

} // namespace xray
