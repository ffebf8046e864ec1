// SPDX-License-Identifier: GPL-3.0-or-later
// The page that stands where content would: says what is missing and offers the next action; also
// the page while loading and after a failure. Owned by its parent; GUI thread.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace xray::views {

class Spinner;

class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    /// Text for people under an icon of views/look; no button when `action` is empty.
    void showMessage(QLatin1String iconName, const QString &title, const QString &text,
                     const QString &action = {});
    /// A spinner instead of the icon.
    void showLoading(const QString &title);

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent *event) override;

private:
    void refreshIcon();

    QLatin1String m_iconName;
    QLabel *m_icon;
    Spinner *m_spinner;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_action;
};

} // namespace xray::views
