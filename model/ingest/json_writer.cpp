// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/json_writer.h"

namespace xray::ingest {

void ObjectWriter::milliseconds(const char *name, DurationNs value)
{
    QByteArray &out = key(name);
    out += QByteArray::number(value / kNsPerMs);
    const DurationNs rest = value % kNsPerMs;
    if (rest == 0)
        return;
    QByteArray digits = QByteArray::number(rest).rightJustified(6, '0');
    while (digits.endsWith('0'))
        digits.chop(1);
    out += '.' + digits;
}

void ObjectWriter::texts(const char *name, const QStringList &values)
{
    QByteArray &out = key(name);
    out += '[';
    for (const QString &value : values) {
        if (out.back() != '[')
            out += ',';
        appendJsonString(out, value.toUtf8());
    }
    out += ']';
}

} // namespace xray::ingest
