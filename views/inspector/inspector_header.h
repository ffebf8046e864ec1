// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector's top line: the step's type as a square and a word, its name, which step of how
// many it is, and the way to its neighbours. Owned by the inspector; GUI thread.
#pragma once

#include <model/core/execution.h>

#include <QWidget>

class QToolButton;

namespace xray::views {

struct Theme;

class InspectorHeader final : public QWidget
{
    Q_OBJECT

public:
    explicit InspectorHeader(QWidget *parent = nullptr);

    void setStep(const Step &step);
    /// From 1; a total of 0 hides the place and both buttons.
    void setPosition(qsizetype index, qsizetype total);
    void clear();

Q_SIGNALS:
    void previousRequested();
    void nextRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QToolButton *makeButton(const QString &text, const QString &name);
    [[nodiscard]] QString placeText() const;
    void describe();
    void paintNoStep(QPainter &painter, const Theme &theme) const;
    void paintStep(QPainter &painter, const Theme &theme) const;
    void paintSquare(QPainter &painter, const Theme &theme) const;
    [[nodiscard]] QRect textArea() const;

    std::optional<Step> m_step;
    qsizetype m_index = 0;
    qsizetype m_total = 0;
    QToolButton *m_previous;
    QToolButton *m_next;
};

} // namespace xray::views
