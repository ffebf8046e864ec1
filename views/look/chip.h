// SPDX-License-Identifier: GPL-3.0-or-later
// A chip: a short fact on a quiet surface ("prod", "showing 200 of 1,204"), or a condition that can
// be taken away by click, Delete or Space. Owned by its parent; GUI thread.
#pragma once

#include "views/look/theme.h"

#include <QAbstractButton>

#include <optional>

namespace xray::views {

class Chip final : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Kind {
        Fact,      ///< only shows
        Removable, ///< has a cross; clicked() means that it should go
    };

    explicit Chip(Kind kind, const QString &text = {}, QWidget *parent = nullptr);

    /// A dot before the text, for a state; none when absent.
    void setStatus(std::optional<RunStatus> status);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintCross(QPainter &painter, const Theme &theme) const;

    Kind m_kind;
    std::optional<RunStatus> m_status;
};

} // namespace xray::views
