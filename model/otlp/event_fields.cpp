// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/event_fields.h"

#include <model/core/json_escape.h>

namespace xray::otlp {

Field<JsonText> payloadField(const JsonText &payload)
{
    return payload.isEmpty() ? Field<JsonText>::null() : Field<JsonText>(payload);
}

Field<QByteArray> textField(const QByteArray &text)
{
    return text.isEmpty() ? Field<QByteArray>::null() : Field<QByteArray>(text);
}

JsonText stringText(const QByteArray &text)
{
    JsonText out;
    appendJsonString(out, text);
    return out;
}

JsonText numberText(double number)
{
    JsonText out;
    appendJsonNumber(out, number);
    return out;
}

JsonText listText(const std::vector<QByteArray> &texts)
{
    JsonText out = "[";
    for (const QByteArray &text : texts) {
        out += out.size() > 1 ? "," : "";
        appendJsonString(out, text);
    }
    return out + ']';
}

} // namespace xray::otlp
