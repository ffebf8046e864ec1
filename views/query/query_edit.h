// SPDX-License-Identifier: GPL-3.0-or-later
// One line of query text with colours. What is pasted in several lines becomes one. It only edits;
// the field around it knows what the text means. Owned by the field; GUI thread.
#pragma once

#include "views/query/query_highlighter.h"

#include <QPlainTextEdit>

namespace xray::views {

class QueryEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit QueryEdit(QWidget *parent = nullptr);

    void setErrors(const std::vector<query::QueryError> &errors);
    /// Replaces that part, undoably, and leaves the cursor behind it.
    void replace(query::TextRange range, const QString &text);
    /// Replaces everything, undoably.
    void replaceAll(const QString &text);
    [[nodiscard]] QString text() const { return toPlainText(); }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A key that the line itself has no use for: Return, Escape, Tab, Up, Down, …
    void keyPassed(QKeyEvent *event);
    void focusLeft();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    QueryHighlighter *m_highlighter;
};

} // namespace xray::views
