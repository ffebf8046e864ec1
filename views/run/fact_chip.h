// SPDX-License-Identifier: GPL-3.0-or-later
// A short fact on a quiet rounded surface, with a dot of a state's colour when it is one. Owned by
// its parent; GUI thread.
#pragma once

#include <QColor>
#include <QWidget>

#include <optional>

namespace xray::views {

class FactChip final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kWidest = 200;

    explicit FactChip(const QString &text, QWidget *parent = nullptr);

    void setText(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }
    /// A dot before the text; the text must say the state in words too.
    void setDot(std::optional<QColor> color);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    std::optional<QColor> m_dot;
};

} // namespace xray::views
