// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/query_highlighter.h"

#include <algorithm>

namespace xray::views {

namespace {

constexpr float kErrorGround = 0.2F;

} // namespace

QColor colorOf(query::Token::Kind kind, const Theme &theme)
{
    using Kind = query::Token::Kind;
    switch (kind) {
    case Kind::Field:
    case Kind::Metric:
        return theme.accent;
    case Kind::Operator:
    case Kind::Keyword:
    case Kind::Bracket:
        return theme.muted;
    case Kind::Word:
    case Kind::Text:
        return theme.ok;
    case Kind::Number:
        return theme.filter;
    case Kind::Unknown:
        return theme.text;
    }
    return theme.text;
}

QueryHighlighter::QueryHighlighter(QTextDocument *document)
    : QSyntaxHighlighter(document)
    , m_theme(themeFor({}))
{
}

void QueryHighlighter::setTheme(const Theme &theme)
{
    m_theme = theme;
    rehighlight();
}

void QueryHighlighter::setErrors(const std::vector<query::QueryError> &errors)
{
    m_wrong.clear();
    for (const query::QueryError &error : errors)
        m_wrong.push_back(error.range);
    rehighlight();
}

void QueryHighlighter::highlightBlock(const QString &text)
{
    for (const query::Token &token : query::tokens(text))
        setFormat(static_cast<int>(token.range.offset), static_cast<int>(token.range.length),
                  colorOf(token.kind, m_theme));
    for (const query::TextRange &range : m_wrong)
        underline(range, text.size());
}

/// An error at the end has no length; the last character stands for it.
void QueryHighlighter::underline(query::TextRange range, qsizetype length)
{
    if (range.length == 0)
        range = {std::min(range.offset, length) - 1, 1};
    QColor ground = m_theme.error; // a wave of one pixel alone is easily missed
    ground.setAlphaF(kErrorGround);
    const qsizetype first = std::max<qsizetype>(range.offset, 0);
    const qsizetype end = std::min(range.offset + range.length, length);
    for (qsizetype at = first; at < end; ++at) {
        QTextCharFormat wavy = format(static_cast<int>(at));
        wavy.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wavy.setUnderlineColor(m_theme.error);
        wavy.setBackground(ground);
        setFormat(static_cast<int>(at), 1, wavy);
    }
}

} // namespace xray::views
