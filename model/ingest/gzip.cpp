// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/gzip.h"

#include <zlib.h>

#include <array>

namespace xray::ingest {

namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

/// zlib's inflate over one buffer, one chunk of output at a time.
class Inflater
{
public:
    explicit Inflater(QByteArrayView compressed)
    {
        // zlib takes its input as non-const and does not write to it.
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(compressed.data()));
        m_stream.avail_in = static_cast<uInt>(compressed.size());
        m_ready = inflateInit2(&m_stream, kGzipOnly) == Z_OK;
    }
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;
    ~Inflater() { inflateEnd(&m_stream); }

    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] bool hasInput() const { return m_stream.avail_in > 0; }
    void startNextMember() { inflateReset(&m_stream); }

    /// Appends the next chunk; zlib's verdict.
    int next(QByteArray &out)
    {
        m_stream.next_out = reinterpret_cast<Bytef *>(m_chunk.data());
        m_stream.avail_out = static_cast<uInt>(m_chunk.size());
        const int verdict = inflate(&m_stream, Z_NO_FLUSH);
        out.append(m_chunk.data(), static_cast<qsizetype>(m_chunk.size() - m_stream.avail_out));
        return verdict;
    }

private:
    z_stream m_stream{};
    bool m_ready = false;
    std::array<char, 64 * 1024> m_chunk;
};

Error damaged()
{
    return {ErrorCode::InvalidJson, QStringLiteral("The body is not a complete gzip stream.")};
}

Error tooLarge(qint64 maxBytes)
{
    return {ErrorCode::TooLarge,
            QStringLiteral("The body inflates to more than %1 bytes.").arg(maxBytes)};
}

} // namespace

Result<QByteArray> gunzip(QByteArrayView compressed, qint64 maxBytes)
{
    Inflater inflater(compressed);
    QByteArray out;
    while (inflater.isReady()) {
        const int verdict = inflater.next(out);
        if (out.size() > maxBytes)
            return tooLarge(maxBytes);
        if (verdict == Z_STREAM_END && !inflater.hasInput())
            return out;
        if (verdict == Z_STREAM_END)
            inflater.startNextMember();
        else if (verdict != Z_OK)
            return damaged();
    }
    return damaged();
}

} // namespace xray::ingest
