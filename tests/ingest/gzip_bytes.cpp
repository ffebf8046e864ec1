// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ingest/gzip_bytes.h"

#include <zlib.h>

namespace xray::tests {

namespace {

constexpr int kGzip = 16 + MAX_WBITS;

/// `times` times the same bytes, as one gzip member.
QByteArray compressed(const QByteArray &piece, qint64 times, int level)
{
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(piece.size()))) +
                       times * (piece.size() / 200 + 64),
                   '\0');
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    for (qint64 left = times; left > 0; --left) {
        stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(piece.data()));
        stream.avail_in = static_cast<uInt>(piece.size());
        deflate(&stream, left == 1 ? Z_FINISH : Z_NO_FLUSH);
    }
    out.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

} // namespace

QByteArray gzipped(const QByteArray &plain)
{
    return compressed(plain, 1, 6);
}

QByteArray gzipBomb(qint64 inflatedBytes)
{
    constexpr qint64 piece = 1024 * 1024;
    return compressed(QByteArray(piece, '0'), (inflatedBytes + piece - 1) / piece, 9);
}

} // namespace xray::tests
