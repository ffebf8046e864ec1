// SPDX-License-Identifier: GPL-3.0-or-later
// A word with a menu of others: “percentage_eliminated ▾”. Where there is little room the word is
// elided and the tool tip says it whole. Owned by its parent; GUI thread.
#pragma once

#include <QToolButton>

namespace xray::views {

class PickButton final : public QToolButton
{
    Q_OBJECT

public:
    /// `name` says what is picked, for those who do not see it.
    explicit PickButton(const QString &name, QWidget *parent = nullptr);

    void setWord(const QString &word);
    [[nodiscard]] QString word() const { return m_word; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] int widthBesideWord() const;
    void elide();

    QString m_word;
};

} // namespace xray::views
