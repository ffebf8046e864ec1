// SPDX-License-Identifier: GPL-3.0-or-later
// Writes JSON objects straight into a byte array, so that payloads, which are JSON text already, go
// in untouched. Used where a reply or an event is made; a value on the stack, any thread.
#pragma once

#include <model/core/json_escape.h>
#include <model/core/time.h>

#include <QByteArray>
#include <QStringList>

namespace xray::ingest {

class ObjectWriter
{
public:
    /// Opens the object at the end of `out`, which must outlive the writer.
    explicit ObjectWriter(QByteArray &out)
        : m_out(out)
    {
        m_out += '{';
    }

    /// Writes the key; the value is then appended to the byte array by the caller.
    QByteArray &key(QByteArrayView name)
    {
        if (m_out.back() != '{')
            m_out += ',';
        appendJsonString(m_out, name);
        return m_out += ':';
    }
    void utf8(const char *name, QByteArrayView text) { appendJsonString(key(name), text); }
    void text(const char *name, const QString &value) { utf8(name, value.toUtf8()); }
    void number(const char *name, qint64 value) { key(name) += QByteArray::number(value); }
    void raw(const char *name, QByteArrayView json) { key(name).append(json); }
    void time(const char *name, TimeNs value) { utf8(name, formatRfc3339(value)); }
    /// Milliseconds as an exact decimal: 61.5 for 61,500,000 ns.
    void milliseconds(const char *name, DurationNs value);
    void texts(const char *name, const QStringList &values);

    void close() { m_out += '}'; }

private:
    QByteArray &m_out;
};

} // namespace xray::ingest
