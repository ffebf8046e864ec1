// SPDX-License-Identifier: GPL-3.0-or-later
// A line above something that still works: what is wrong with it, and what to do ("The list may not
// be current: …  Try again"). Hidden until there is something to say. Owned by its parent; GUI
// thread.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace xray::views {

class ElidedLabel;

class NoticeLine final : public QWidget
{
    Q_OBJECT

public:
    explicit NoticeLine(QWidget *parent = nullptr);

    /// Shows the text, elided where it does not fit; no button when `action` is empty.
    void showNotice(const QString &text, const QString &action = {});

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void refreshIcon();

    QLabel *m_icon;
    ElidedLabel *m_text;
    QPushButton *m_action;
};

} // namespace xray::views
