// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/request_pieces.h"

#include "app/exchange/json_slices.h"

namespace xray::app {

namespace {

QByteArray listBeginning(const char *name)
{
    return QByteArray("\"") + name + "\":[";
}

class Splitter
{
public:
    Splitter(const std::function<Result<>(const QByteArray &)> &take, qsizetype pieceBytes)
        : m_take(take)
        , m_pieceBytes(pieceBytes)
    {
    }

    /// The list at the path's begin within `holder`, each piece between `before` and `after`.
    Result<> split(QByteArrayView holder, ListPath path, const QByteArray &before,
                   const QByteArray &after)
    {
        SliceEnd end = SliceEnd::Closed;
        const SliceEnd outer = forEachMember(holder, [&](QByteArrayView key, QByteArrayView value) {
            if (key == QByteArrayView(path.front()))
                end = splitList(value, path, before, after);
            return m_result.ok();
        });
        if (m_result && (end == SliceEnd::Cut || outer == SliceEnd::Cut))
            m_result = Error{ErrorCode::InvalidJson,
                             QStringLiteral("The text is no valid JSON, or it is cut off.")};
        return m_result;
    }

private:
    SliceEnd splitList(QByteArrayView list, ListPath path, const QByteArray &before,
                       const QByteArray &after)
    {
        QByteArray piece;
        const SliceEnd end = forEachElement(list, [&](QByteArrayView element) {
            if (path.size() == 1)
                gather(piece, element, before, after);
            else
                splitElement(element, path.subspan(1), before, after);
            return m_result.ok();
        });
        handOut(piece, before, after);
        return end;
    }

    /// `element` holds the next list, beside what each of its pieces repeats.
    void splitElement(QByteArrayView element, ListPath path, const QByteArray &before,
                      const QByteArray &after)
    {
        QByteArray beside = before + '{';
        forEachMember(element, [&](QByteArrayView key, QByteArrayView value) {
            if (key != QByteArrayView(path.front()))
                beside += '"' + key.toByteArray() + "\":" + value.toByteArray() + ',';
            return true;
        });
        m_result = split(element, path, beside + listBeginning(path.front()), "]}" + after);
    }

    void gather(QByteArray &piece, QByteArrayView element, const QByteArray &before,
                const QByteArray &after)
    {
        if (!piece.isEmpty())
            piece += ',';
        piece += element;
        if (piece.size() >= m_pieceBytes)
            handOut(piece, before, after);
    }

    void handOut(QByteArray &piece, const QByteArray &before, const QByteArray &after)
    {
        if (!piece.isEmpty() && m_result)
            m_result = m_take(before + piece + after);
        piece.clear();
    }

    const std::function<Result<>(const QByteArray &)> &m_take;
    qsizetype m_pieceBytes;
    Result<> m_result = Success{};
};

} // namespace

Result<> forEachPiece(const QByteArray &document, ListPath path,
                      const std::function<Result<>(const QByteArray &)> &take, qsizetype pieceBytes)
{
    if (document.size() <= pieceBytes)
        return take(document);
    return Splitter(take, pieceBytes)
        .split(document, path, '{' + listBeginning(path.front()), "]}");
}

} // namespace xray::app
