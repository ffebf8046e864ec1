// SPDX-License-Identifier: GPL-3.0-or-later
// Text to read and copy, as tall as it needs to be up to a limit, then it scrolls. Owned by its
// parent; GUI thread.
#pragma once

#include <QTextEdit>

namespace xray::views {

class ReadingText final : public QTextEdit
{
    Q_OBJECT

public:
    /// More characters than this are cut, and the text says so.
    static constexpr qsizetype kMostCharacters = 20'000;

    explicit ReadingText(int mostPixels, QWidget *parent = nullptr);

    /// Plain text, a paragraph each.
    void setParagraphs(const QStringList &paragraphs);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitHeight();

    int m_mostPixels;
};

} // namespace xray::views
