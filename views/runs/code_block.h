// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of code with a heading and a Copy button. Owned by its parent; GUI thread.
#pragma once

#include <QTimer>
#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace xray::views {

class CodeBlock final : public QWidget
{
    Q_OBJECT

public:
    explicit CodeBlock(const QString &heading, QWidget *parent = nullptr);

    /// Grows to show every line.
    void setCode(const QString &code);
    [[nodiscard]] QString code() const;

private:
    void copy();

    QPlainTextEdit *m_text;
    QPushButton *m_copy;
    QTimer m_thanks; ///< runs while the button says that it did
};

} // namespace xray::views
