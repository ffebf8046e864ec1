// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/report.h"

#include <model/core/json_escape.h>

#include <cmath>

namespace xray::bench {

namespace {

constexpr int kNameWidth = 30;
constexpr int kNumberWidth = 12;
constexpr int kUnitWidth = 9;

/// Plain digits: whole numbers from a hundred on, two places below ten.
QByteArray digits(double value)
{
    const double size = std::abs(value);
    return QByteArray::number(value, 'f', size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

double ratioOf(const Figure &figure)
{
    return figure.limit->value > 0 ? figure.value / figure.limit->value : 0;
}

void appendMember(QByteArray &json, const char *name, double value)
{
    json += ",\"" + QByteArray(name) + "\":";
    appendJsonNumber(json, value);
}

void appendMember(QByteArray &json, const char *name, const QByteArray &text)
{
    json += ",\"" + QByteArray(name) + "\":";
    appendJsonString(json, text);
}

} // namespace

Report::Report(Format format)
    : m_format(format)
    , m_out(stdout)
{
}

void Report::add(const Figure &figure)
{
    if (m_format == Format::Json)
        addJson(figure);
    else
        addRow(figure);
    m_out << Qt::endl;
}

void Report::addRow(const Figure &figure)
{
    m_out << qSetFieldWidth(kNameWidth) << Qt::left << figure.name << qSetFieldWidth(kNumberWidth)
          << Qt::right << digits(figure.value) << qSetFieldWidth(0) << ' '
          << qSetFieldWidth(kUnitWidth) << Qt::left << figure.unit << qSetFieldWidth(0);
    if (figure.limit)
        m_out << digits(ratioOf(figure)) << " of " << digits(figure.limit->value) << ' '
              << figure.limit->name;
    if (!figure.note.isEmpty())
        m_out << "\n    " << figure.note;
}

void Report::addJson(const Figure &figure)
{
    QByteArray json("{\"name\":");
    appendJsonString(json, figure.name);
    appendMember(json, "value", figure.value);
    appendMember(json, "unit", figure.unit);
    if (figure.limit) {
        appendMember(json, "limit", figure.limit->value);
        appendMember(json, "limit_name", figure.limit->name);
        appendMember(json, "ratio", ratioOf(figure));
    }
    appendMember(json, "note", figure.note);
    m_out << json << '}';
}

} // namespace xray::bench
