// SPDX-License-Identifier: GPL-3.0-or-later
// A scroll area that wants to be as high as what it shows, and scrolls when it gets less. Owned by
// its parent; GUI thread.
#pragma once

#include <QScrollArea>

namespace xray::views {

class FittingScrollArea final : public QScrollArea
{
    Q_OBJECT

public:
    explicit FittingScrollArea(QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace xray::views
