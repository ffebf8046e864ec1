// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/query_edit.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QTextDocument>

namespace xray::views {

namespace {

constexpr int kMargin = 3;
constexpr int kLeastWidth = 80;

} // namespace

QueryEdit::QueryEdit(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new QueryHighlighter(document()))
{
    setFont(codeFont());
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(NoWrap);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setStyleSheet(QStringLiteral("QPlainTextEdit { background: transparent; }"));
    document()->setDocumentMargin(kMargin);
    m_highlighter->setTheme(themeFor(QGuiApplication::palette()));
}

QSize QueryEdit::sizeHint() const
{
    return {200, fontMetrics().lineSpacing() + 2 * kMargin + 2};
}

QSize QueryEdit::minimumSizeHint() const
{
    return {kLeastWidth, sizeHint().height()};
}

void QueryEdit::setErrors(const std::vector<query::QueryError> &errors)
{
    const QSignalBlocker quiet(this); // a change of colours is no change of text
    m_highlighter->setErrors(errors);
}

void QueryEdit::replace(query::TextRange range, const QString &text)
{
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(range.offset));
    cursor.setPosition(static_cast<int>(range.offset + range.length), QTextCursor::KeepAnchor);
    cursor.insertText(text);
    setTextCursor(cursor);
}

void QueryEdit::replaceAll(const QString &text)
{
    if (text != toPlainText())
        replace({0, toPlainText().size()}, text);
}

void QueryEdit::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Escape:
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        Q_EMIT keyPassed(event);
        return;
    case Qt::Key_Space:
        if (event->modifiers() & Qt::ControlModifier) {
            Q_EMIT keyPassed(event);
            return;
        }
        break;
    default:
        break;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void QueryEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        const QSignalBlocker quiet(this);
        m_highlighter->setTheme(themeFor(QGuiApplication::palette()));
    }
}

void QueryEdit::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        Q_EMIT focusLeft();
}

void QueryEdit::insertFromMimeData(const QMimeData *source)
{
    insertPlainText(source->text().simplified());
}

void QueryEdit::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // one line has nowhere to scroll to
}

} // namespace xray::views
