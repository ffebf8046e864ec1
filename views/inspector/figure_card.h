// SPDX-License-Identifier: GPL-3.0-or-later
// A figure with its context: name, large value, a small chart and a caption, on a quiet surface.
// What the chart shows is a subclass's matter. Owned by its parent; GUI thread.
#pragma once

#include "views/look/theme.h"

#include <QWidget>

namespace xray::views {

enum class FigureTone { Usual, Unusual };

class FigureCard : public QWidget
{
    Q_OBJECT

public:
    explicit FigureCard(const QString &name, QWidget *parent = nullptr);

    [[nodiscard]] const QString &name() const { return m_name; }
    void setValue(const QString &value, FigureTone tone);
    void setCaption(const QString &caption);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    /// Paints the chart into `area`; the painter is antialiased.
    virtual void paintChart(QPainter &painter, const QRectF &area, const Theme &theme) = 0;

private:
    void describe();
    void paintSurface(QPainter &painter, const Theme &theme) const;
    void paintTexts(QPainter &painter, const Theme &theme) const;
    [[nodiscard]] QRect line(const QFont &font, int top) const;
    [[nodiscard]] int valueTop() const;
    [[nodiscard]] int captionTop() const;
    [[nodiscard]] QRectF chartArea() const;

    QString m_name;
    QString m_value;
    QString m_caption;
    FigureTone m_tone = FigureTone::Usual;
};

} // namespace xray::views
