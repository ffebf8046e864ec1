// SPDX-License-Identifier: GPL-3.0-or-later
// Writes minified JSON objects and arrays member by member. Values, any thread.
#pragma once

#include <QByteArray>

namespace xray::app {

class JsonObject
{
public:
    JsonObject &text(const char *key, QByteArrayView utf8);
    JsonObject &number(const char *key, double value);
    /// A value that is JSON already.
    JsonObject &json(const char *key, const QByteArray &value);
    [[nodiscard]] QByteArray toJson() const { return m_text + '}'; }

private:
    void key(const char *name);

    QByteArray m_text{"{"};
};

class JsonArray
{
public:
    JsonArray &text(QByteArrayView utf8);
    JsonArray &json(const QByteArray &value);
    [[nodiscard]] QByteArray toJson() const { return m_text + ']'; }

private:
    void separate();

    QByteArray m_text{"["};
};

} // namespace xray::app
