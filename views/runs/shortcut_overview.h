// SPDX-License-Identifier: GPL-3.0-or-later
// What the keyboard can do, by section, in columns. Opened by "?"; GUI thread.
#pragma once

#include <QDialog>

#include <vector>

class QGridLayout;

namespace xray::views {

struct Shortcut
{
    QString section;
    QStringList keys; ///< each as people read it: "Ctrl+K", "Del"
    QString text;
};

class ShortcutOverview final : public QDialog
{
    Q_OBJECT

public:
    /// Sections appear in the order of their first shortcut.
    explicit ShortcutOverview(const std::vector<Shortcut> &shortcuts, QWidget *parent = nullptr);

private:
    void addSection(QGridLayout *column, const QString &section,
                    const std::vector<Shortcut> &shortcuts);
};

} // namespace xray::views
