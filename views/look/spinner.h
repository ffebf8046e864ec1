// SPDX-License-Identifier: GPL-3.0-or-later
// A turning arc that says "still at it". It appears only after a moment, so quick answers show
// none, and turns instead of blinking. Owned by its parent; GUI thread.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

namespace xray::views {

class Spinner final : public QWidget
{
    Q_OBJECT

public:
    explicit Spinner(QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QTimer m_frames;
    QElapsedTimer m_shown;
};

} // namespace xray::views
