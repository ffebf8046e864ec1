// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/reading_text.h"

#include <QTextBlock>
#include <QTextCursor>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr double kParagraphGap = 6;

QString cutToReadable(const QString &text)
{
    if (text.size() <= ReadingText::kMostCharacters)
        return text;
    return text.left(ReadingText::kMostCharacters) +
           QStringLiteral("… (cut here; the whole text is in the tree)");
}

} // namespace

ReadingText::ReadingText(int mostPixels, QWidget *parent)
    : QTextEdit(parent)
    , m_mostPixels(mostPixels)
{
    setReadOnly(true);
    setAcceptRichText(false);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
}

void ReadingText::setParagraphs(const QStringList &paragraphs)
{
    QString text = paragraphs.join(QChar::ParagraphSeparator);
    text.replace(u'\n', QChar::LineSeparator);
    setPlainText(cutToReadable(text));
    QTextBlockFormat format;
    format.setBottomMargin(kParagraphGap);
    for (QTextBlock block = document()->begin(); block.next().isValid(); block = block.next())
        QTextCursor(block).setBlockFormat(format);
    fitHeight();
}

QSize ReadingText::sizeHint() const
{
    const int text = static_cast<int>(std::ceil(document()->size().height()));
    return {QTextEdit::sizeHint().width(), std::min(text, m_mostPixels)};
}

QSize ReadingText::minimumSizeHint() const
{
    return {0, fontMetrics().height()};
}

void ReadingText::resizeEvent(QResizeEvent *event)
{
    QTextEdit::resizeEvent(event);
    fitHeight();
}

void ReadingText::fitHeight()
{
    const bool fits = document()->size().height() <= m_mostPixels;
    setVerticalScrollBarPolicy(fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setFixedHeight(sizeHint().height());
}

} // namespace xray::views
