// SPDX-License-Identifier: GPL-3.0-or-later
// Edits a run's tags in its row: words separated by commas, completed from the tags in use. Return
// keeps, Escape drops. Owned by its parent; GUI thread.
#pragma once

#include <QLineEdit>

namespace xray::views {

class TagEditor final : public QLineEdit
{
    Q_OBJECT

public:
    TagEditor(const QStringList &tags, const QStringList &known, QWidget *parent);

    /// Trimmed, without empty ones and repetitions, in the order written.
    [[nodiscard]] QStringList tags() const;

Q_SIGNALS:
    void accepted(const QStringList &tags);
    /// It was left without Return; the tags stay as they were.
    void rejected();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void complete();

    QStringList m_known;
};

} // namespace xray::views
