// SPDX-License-Identifier: GPL-3.0-or-later
// What xray_bench measured, printed as it comes: one aligned row a figure, or one JSON line. Owned
// by main(), main thread.
#pragma once

#include <QByteArray>
#include <QTextStream>

#include <optional>

namespace xray::bench {

/// What a figure is held against, measured in the same run.
struct Yardstick
{
    QByteArray name;
    double value = 0; ///< in the figure's unit
};

struct Figure
{
    QByteArray name; ///< "group.figure"
    double value = 0;
    QByteArray unit;
    std::optional<Yardstick> limit = {};
    QByteArray note = {}; ///< how it was measured: pragmas, batch, repetitions, the aim
};

enum class Format { Table, Json };

class Report
{
public:
    explicit Report(Format format);

    void add(const Figure &figure);

private:
    void addRow(const Figure &figure);
    void addJson(const Figure &figure);

    Format m_format;
    QTextStream m_out;
};

} // namespace xray::bench
