// SPDX-License-Identifier: GPL-3.0-or-later
// Rows on standard output in the format that was asked for: an aligned table for people, JSON,
// NDJSON or CSV for programs. One thread.
#pragma once

#include <model/core/event.h>
#include <model/core/result.h>

#include <QByteArray>
#include <QIODevice>
#include <QString>

#include <variant>
#include <vector>

namespace xray::app {

enum class Format { Table, Json, Ndjson, Csv };

[[nodiscard]] Result<Format> formatFromWord(const QString &word);
/// Table on a terminal, NDJSON in a pipe.
[[nodiscard]] Format defaultFormat();

/// A JSON text that goes out as it is (as text in a table or CSV).
struct RawJson
{
    JsonText text;
};

/// Nothing, a number, a text or JSON.
using Cell = std::variant<std::monostate, qint64, double, QString, RawJson>;

class Printer
{
public:
    struct Column
    {
        const char *name;
    };

    Printer(QIODevice &out, Format format, std::vector<Column> columns);
    /// One cell per column. Tables are held back until finish(), to align them.
    void row(std::vector<Cell> cells);
    /// Ends the output; call once.
    void finish();

private:
    void writeTable();
    [[nodiscard]] QByteArray jsonObject(const std::vector<Cell> &cells) const;
    [[nodiscard]] QByteArray csvLine(const std::vector<Cell> &cells) const;

    QIODevice &m_out;
    Format m_format;
    std::vector<Column> m_columns;
    std::vector<std::vector<Cell>> m_held; ///< rows of a table
    qint64 m_rows = 0;
};

} // namespace xray::app
