// SPDX-License-Identifier: GPL-3.0-or-later
// A line that tells what was just done and offers to take it back ("3 runs deleted  Undo"). It
// leaves by itself, but never while it is pointed at or has the keyboard. It floats at the bottom
// of its parent, which owns it; GUI thread.
#pragma once

#include <QTimer>
#include <QWidget>

#include <chrono>

class QLabel;
class QPushButton;

namespace xray::views {

class ToastBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ToastBar(QWidget *parent);

    /// Shows the text for that long; no button when `action` is empty. Replaces what was shown,
    /// which then counts as dismissed.
    void showToast(const QString &text, const QString &action, std::chrono::milliseconds timeout);
    /// The same for work under way: it stays until something else is shown, and is told again and
    /// again, in place. Once dismissed it is not shown again until there was something else.
    void showWork(const QString &text, const QString &action);
    [[nodiscard]] bool showsWork() const { return m_showsWork; }
    /// Puts the keyboard on the action.
    void focusAction();

public Q_SLOTS:
    void dismiss();

Q_SIGNALS:
    void actionTriggered();
    /// It is gone and the action was not taken.
    void dismissed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void act();
    void setTexts(const QString &text, const QString &action);
    void place();
    void leaveWhenUnwatched();

    QLabel *m_text;
    QPushButton *m_action;
    QPushButton *m_close;
    QTimer m_timer;
    bool m_showsWork = false;
};

} // namespace xray::views
