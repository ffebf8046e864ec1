// SPDX-License-Identifier: GPL-3.0-or-later
// A step type as square and word, never colour alone. Owned by its parent; GUI thread.
#pragma once

#include "views/look/theme.h"

#include <QWidget>

namespace xray::views {

class TypeSquare final : public QWidget
{
    Q_OBJECT

public:
    explicit TypeSquare(StepType type, QWidget *parent = nullptr);
    void setType(StepType type);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    StepType m_type;
};

} // namespace xray::views
