// SPDX-License-Identifier: GPL-3.0-or-later
// Colours a query as it is typed and underlines what is wrong with it. Owned by the document it
// colours; GUI thread.
#pragma once

#include <model/query/language.h>
#include <views/look/theme.h>

#include <QSyntaxHighlighter>

namespace xray::views {

/// The colour of a piece of a query, wherever queries are shown.
[[nodiscard]] QColor colorOf(query::Token::Kind kind, const Theme &theme);

class QueryHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit QueryHighlighter(QTextDocument *document);

    void setTheme(const Theme &theme);
    void setErrors(const std::vector<query::QueryError> &errors);

protected:
    void highlightBlock(const QString &text) override;

private:
    void underline(query::TextRange range, qsizetype length);

    Theme m_theme;
    std::vector<query::TextRange> m_wrong;
};

} // namespace xray::views
