// SPDX-License-Identifier: GPL-3.0-or-later
// The groups of figures, one file each. Each measures, adds its figures to the report, and leaves
// nothing behind but what it put into the context's folder, which main() removes. Main thread.
#pragma once

#include "bench/report.h"

#include <model/core/result.h>

#include <optional>

namespace xray::bench {

/// Quick: a tenth of the data, to see that everything runs; its figures are not for quoting.
enum class Size { Full, Quick };

struct Context
{
    Report &report;
    Size size = Size::Full;
    QString folder;               ///< private to this process
    QString stores = {};          ///< where the large stores are made, or are from another time
    std::optional<int> runs = {}; ///< in the big store, when told
    int stepsPerRun = 0;          ///< in the big store
    int soakMinutes = 0;

    [[nodiscard]] int scaled(int full) const { return size == Size::Full ? full : full / 10; }
    [[nodiscard]] QString file(const char *name) const
    {
        return folder + QLatin1Char('/') + QLatin1String(name);
    }
};

/// Times each measurement is repeated; figures are medians.
inline constexpr int kRepetitions = 3;

[[nodiscard]] Result<> measureWriter(const Context &context);
[[nodiscard]] Result<> measureDecoder(const Context &context);
[[nodiscard]] Result<> measureOtlp(const Context &context);
[[nodiscard]] Result<> measureOtlpCommits(const Context &context); ///< part of measureOtlp
[[nodiscard]] Result<> measureLargeTrace(const Context &context);
[[nodiscard]] Result<> measureHttp(const Context &context);
[[nodiscard]] Result<> measureLatency(const Context &context);
[[nodiscard]] Result<> measureRunList(const Context &context);
[[nodiscard]] Result<> measureOpenRun(const Context &context);
[[nodiscard]] Result<> measureQueries(const Context &context);
/// Need a QApplication.
[[nodiscard]] Result<> measureTimeline(const Context &context);
[[nodiscard]] Result<> measureWindow(const Context &context);
[[nodiscard]] Result<> measureAsking(const Context &context);
[[nodiscard]] Result<> measureSoak(const Context &context);

} // namespace xray::bench
