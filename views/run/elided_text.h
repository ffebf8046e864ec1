// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text that gives way: it is cut with an ellipsis where there is no room, and then has
// a tool tip. Owned by its parent; GUI thread.
#pragma once

#include <QWidget>

namespace xray::views {

enum class TextTone { Normal, Muted };

class ElidedText final : public QWidget
{
    Q_OBJECT

public:
    explicit ElidedText(TextTone tone, QWidget *parent = nullptr);

    void setText(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextTone m_tone;
    QString m_text;
};

} // namespace xray::views
