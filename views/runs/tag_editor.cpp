// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/tag_editor.h"

#include <QKeyEvent>

#include <algorithm>

namespace xray::views {

TagEditor::TagEditor(const QStringList &tags, const QStringList &known, QWidget *parent)
    : QLineEdit(parent)
    , m_known(known)
{
    setText(tags.join(QStringLiteral(", ")));
    setPlaceholderText(QStringLiteral("tags, separated by commas"));
    setAccessibleName(QStringLiteral("Tags of the run"));
    connect(this, &QLineEdit::textEdited, this, &TagEditor::complete);
}

QStringList TagEditor::tags() const
{
    QStringList result;
    for (const QString &word : text().split(u','))
        if (!word.trimmed().isEmpty())
            result += word.trimmed();
    result.removeDuplicates();
    return result;
}

/// Appends the rest of the first known tag that begins like the last word, selected, so that typing
/// on replaces it.
void TagEditor::complete()
{
    const QString typed = text();
    const QString word = typed.section(u',', -1).trimmed();
    if (word.isEmpty() || cursorPosition() != typed.size())
        return;
    const auto found = std::ranges::find_if(m_known, [&word](const QString &tag) {
        return tag.startsWith(word, Qt::CaseInsensitive) && tag.size() > word.size();
    });
    if (found == m_known.end())
        return;
    setText(typed + found->mid(word.size()));
    setSelection(static_cast<int>(text().size()), static_cast<int>(typed.size() - text().size()));
}

void TagEditor::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT accepted(tags());
        return;
    case Qt::Key_Escape:
        Q_EMIT rejected();
        return;
    case Qt::Key_Backspace: // must not complete again what it took away
    case Qt::Key_Delete: {
        const QSignalBlocker quiet(this);
        QLineEdit::keyPressEvent(event);
        return;
    }
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void TagEditor::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        Q_EMIT rejected();
}

} // namespace xray::views
