// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/json_builder.h"

#include <model/core/json_escape.h>

namespace xray::app {

void JsonObject::key(const char *name)
{
    if (m_text.size() > 1)
        m_text += ',';
    appendJsonString(m_text, name);
    m_text += ':';
}

JsonObject &JsonObject::text(const char *name, QByteArrayView utf8)
{
    key(name);
    appendJsonString(m_text, utf8);
    return *this;
}

JsonObject &JsonObject::number(const char *name, double value)
{
    key(name);
    appendJsonNumber(m_text, value);
    return *this;
}

JsonObject &JsonObject::json(const char *name, const QByteArray &value)
{
    key(name);
    m_text += value;
    return *this;
}

void JsonArray::separate()
{
    if (m_text.size() > 1)
        m_text += ',';
}

JsonArray &JsonArray::text(QByteArrayView utf8)
{
    separate();
    appendJsonString(m_text, utf8);
    return *this;
}

JsonArray &JsonArray::json(const QByteArray &value)
{
    separate();
    m_text += value;
    return *this;
}

} // namespace xray::app
