// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded OTLP requests, decoded and mapped, and the text by which runs are compared with what
// was expected of them.
#pragma once

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

#include <QMap>
#include <QString>

namespace xray::test {

struct RecordedRequest
{
    QString path;
    otlp::Encoding encoding = otlp::Encoding::Json;
    QByteArray body; ///< inflated
};

struct Capture
{
    QString name;
    std::vector<RecordedRequest> requests;
    QString expected; ///< as textOf() would print it
    /// The same without what depends on the order in which spans came.
    QString expectedInAnyOrder;
};

/// The names of all recordings.
[[nodiscard]] QStringList captureNames();
[[nodiscard]] Capture loadCapture(const QString &name);

/// Keeps spans as the store does: each span once, the one that ended later; each log record once.
class SpanShelf
{
public:
    void receive(const RecordedRequest &request);
    [[nodiscard]] QMap<QByteArray, std::vector<StoredSpan>> traces() const { return m_traces; }
    [[nodiscard]] qint64 rejected() const { return m_rejected; }

private:
    void keep(const RawSpan &span);

    QMap<QByteArray, std::vector<StoredSpan>> m_traces; ///< by trace id
    qint64 m_arrivals = 0;
    qint64 m_rejected = 0;
};

enum class Order { AsMapped, Any };

/// One line a run, a step, an error.
[[nodiscard]] QString textOf(const SpanShelf &shelf, Order order);

} // namespace xray::test
