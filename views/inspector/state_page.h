// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a panel that has nothing to show: what is missing, and what to do about it. Owned
// by its parent; GUI thread.
#pragma once

#include <QWidget>

class QLabel;

namespace xray::views {

class StatePage final : public QWidget
{
    Q_OBJECT

public:
    explicit StatePage(QWidget *parent = nullptr);
    StatePage(const QString &title, const QString &text, QWidget *parent = nullptr);

    void say(const QString &title, const QString &text);

private:
    QLabel *m_title;
    QLabel *m_text;
};

} // namespace xray::views
