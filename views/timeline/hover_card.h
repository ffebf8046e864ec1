// SPDX-License-Identifier: GPL-3.0-or-later
// The card beside the mouse that says what a bar is: shown at once, never in the way of mouse or
// keyboard. Owned by TimelineView. GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <QWidget>

#include <vector>

namespace xray::views {

/// What the card says.
struct HoverText
{
    struct Line
    {
        QString name;
        QString value;
    };
    QString title;
    QString kind; ///< the step type's word
    StepType type = StepType::Other;
    QString statusWord;
    StepStatus status = StepStatus::Completed;
    std::vector<Line> lines;
};

/// The card of a row. The scene must have that row.
[[nodiscard]] HoverText hoverTextOf(const TimelineScene &scene, qsizetype row);

class HoverCard : public QWidget
{
    Q_OBJECT

public:
    explicit HoverCard(QWidget *parent);

    /// Shows the text beside the point, on the screen that has it.
    void showAt(const HoverText &text, QPoint globalPosition);
    [[nodiscard]] const HoverText &text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintTitle(QPainter &painter, const QRect &area) const;
    void paintKind(QPainter &painter, const QRect &area) const;
    void paintLine(QPainter &painter, const QRect &area, const HoverText::Line &entry) const;
    [[nodiscard]] int nameColumnWidth() const;

    HoverText m_text;
};

} // namespace xray::views
