// SPDX-License-Identifier: GPL-3.0-or-later
// A step's payloads as indented JSON text, one at a time, read only. Laid out off the GUI thread
// and cut at a length a text widget can bear; "Copy all" copies the payload as it was logged. Owned
// by the inspector; GUI thread.
#pragma once

#include "views/inspector/step_insight.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QPlainTextEdit;

namespace xray::views {

class RawView final : public QWidget
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostBytes = 256 * 1024;

    explicit RawView(QWidget *parent = nullptr);

    void setInsight(std::shared_ptr<const StepInsight> insight);
    [[nodiscard]] QPlainTextEdit *text() const { return m_text; }

private:
    void buildBar();
    [[nodiscard]] const Payload *chosen() const;
    void showChosen();
    void layOut(const Payload &payload);
    void takeText(const items::IndentedJson &json);
    void copyAll() const;

    std::shared_ptr<const StepInsight> m_insight;
    QWidget *m_bar;
    QButtonGroup *m_choice;
    QLabel *m_size;
    QPlainTextEdit *m_text;
    TicketOffice m_tickets;
};

} // namespace xray::views
