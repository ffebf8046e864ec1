// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text that shortens itself when there is no room, and then tells the whole in its tool
// tip. Owned by its parent; GUI thread.
#pragma once

#include <QLabel>

namespace xray::views {

class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);

    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool isElided() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    Qt::TextElideMode m_mode;
};

} // namespace xray::views
