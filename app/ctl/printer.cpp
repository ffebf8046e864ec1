// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printer.h"

#include <model/core/json_escape.h>

#include <algorithm>
#include <cmath>

#include <unistd.h>

namespace xray::app {

namespace {

constexpr qsizetype kWidestTableCell = 60;

QByteArray numberText(double value)
{
    QByteArray text;
    if (std::isfinite(value))
        appendJsonNumber(text, value);
    return text;
}

/// As text for people and CSV; empty for nothing.
QByteArray plainText(const Cell &cell)
{
    if (const auto *number = std::get_if<qint64>(&cell))
        return QByteArray::number(*number);
    if (const auto *real = std::get_if<double>(&cell))
        return numberText(*real);
    if (const auto *text = std::get_if<QString>(&cell))
        return text->toUtf8();
    if (const auto *json = std::get_if<RawJson>(&cell))
        return json->text;
    return {};
}

void appendJson(QByteArray &out, const Cell &cell)
{
    if (const auto *text = std::get_if<QString>(&cell)) {
        appendJsonString(out, text->toUtf8());
        return;
    }
    const QByteArray plain = plainText(cell);
    out += plain.isEmpty() ? QByteArrayLiteral("null") : plain;
}

bool isNumber(const Cell &cell)
{
    return std::holds_alternative<qint64>(cell) || std::holds_alternative<double>(cell);
}

/// One line, without control characters, cut where a table would become unreadable.
QString tableText(const Cell &cell)
{
    QString text = QString::fromUtf8(plainText(cell)).simplified();
    if (text.size() > kWidestTableCell)
        text = text.left(kWidestTableCell - 1) + QChar(0x2026);
    return text;
}

QByteArray csvField(const QByteArray &text)
{
    const bool quoted = std::ranges::any_of(
        text, [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; });
    if (!quoted)
        return text;
    return '"' + QByteArray(text).replace('"', "\"\"") + '"';
}

} // namespace

Result<Format> formatFromWord(const QString &word)
{
    const std::pair<const char *, Format> formats[] = {{"table", Format::Table},
                                                       {"json", Format::Json},
                                                       {"ndjson", Format::Ndjson},
                                                       {"csv", Format::Csv}};
    for (const auto &[name, format] : formats) {
        if (word == QLatin1String(name))
            return format;
    }
    return Error{
        ErrorCode::InvalidValue,
        QStringLiteral("--format takes table, json, ndjson or csv, not \"%1\".").arg(word)};
}

Format defaultFormat()
{
    return isatty(STDOUT_FILENO) != 0 ? Format::Table : Format::Ndjson;
}

Printer::Printer(QIODevice &out, Format format, std::vector<Column> columns)
    : m_out(out)
    , m_format(format)
    , m_columns(std::move(columns))
{
    if (m_format != Format::Csv)
        return;
    std::vector<Cell> names;
    for (const Column &column : m_columns)
        names.emplace_back(QString::fromLatin1(column.name));
    m_out.write(csvLine(names));
}

QByteArray Printer::jsonObject(const std::vector<Cell> &cells) const
{
    QByteArray object;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        object += i == 0 ? '{' : ',';
        appendJsonString(object, m_columns[i].name);
        object += ':';
        appendJson(object, cells[i]);
    }
    return object + '}';
}

QByteArray Printer::csvLine(const std::vector<Cell> &cells) const
{
    QByteArray line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0)
            line += ',';
        line += csvField(plainText(cells[i]));
    }
    return line + "\r\n"; // RFC 4180
}

void Printer::row(std::vector<Cell> cells)
{
    Q_ASSERT(cells.size() == m_columns.size());
    switch (m_format) {
    case Format::Table:
        m_held.push_back(std::move(cells));
        break;
    case Format::Json:
        m_out.write((m_rows == 0 ? "[\n  " : ",\n  ") + jsonObject(cells));
        break;
    case Format::Ndjson:
        m_out.write(jsonObject(cells) + '\n');
        break;
    case Format::Csv:
        m_out.write(csvLine(cells));
        break;
    }
    ++m_rows;
}

void Printer::writeTable()
{
    std::vector<qsizetype> widths;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        widths.push_back(static_cast<qsizetype>(qstrlen(m_columns[i].name)));
        for (const auto &cells : m_held)
            widths[i] = std::max(widths[i], tableText(cells[i]).size());
    }
    const auto writeRow = [&](auto &&textOf, auto &&rightAligned) {
        QString line;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const QString text = textOf(i);
            line +=
                rightAligned(i) ? text.rightJustified(widths[i]) : text.leftJustified(widths[i]);
            line += QStringLiteral("  ");
        }
        while (line.endsWith(QLatin1Char(' ')))
            line.chop(1);
        m_out.write(line.toUtf8() + '\n');
    };
    const auto numeric = [&](std::size_t i) { return !m_held.empty() && isNumber(m_held[0][i]); };
    writeRow([&](std::size_t i) { return QString::fromLatin1(m_columns[i].name); }, numeric);
    for (const auto &cells : m_held)
        writeRow([&](std::size_t i) { return tableText(cells[i]); },
                 [&](std::size_t i) { return isNumber(cells[i]); });
}

void Printer::finish()
{
    if (m_format == Format::Table)
        writeTable();
    else if (m_format == Format::Json)
        m_out.write(m_rows == 0 ? "[]\n" : "\n]\n");
}

} // namespace xray::app
