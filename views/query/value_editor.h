// SPDX-License-Identifier: GPL-3.0-or-later
// Edits the value of a condition with what suits it: a menu for the few words a field can hold
// (types with their square), else a line that understands numbers, durations and times as the query
// language writes them, and completes names from the data. Owned by the condition's card; GUI
// thread.
#pragma once

#include <model/query/language.h>

#include <QWidget>

class QLineEdit;

namespace xray::views {

class PickButton;

class ValueEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit ValueEditor(QWidget *parent = nullptr);

    /// Shows that condition's value; a line that is being written in keeps its text when it means
    /// the same.
    void setCondition(const query::Condition &condition, query::Subject subject,
                      const query::Catalogue &catalogue);
    [[nodiscard]] QLineEdit *line() const { return m_line; }
    [[nodiscard]] PickButton *menuButton() const { return m_menu; }

Q_SIGNALS:
    void edited(const std::vector<xray::query::Value> &values);

protected:
    void changeEvent(QEvent *event) override;

private:
    void fillMenu();
    void showWords();
    void toggleWord(const QString &word);
    void showLine();
    void takeLine(const QString &text);

    query::Condition m_condition;
    query::Subject m_subject = query::Subject::Steps;
    QStringList m_words; ///< the field can hold, or is known to
    PickButton *m_menu;
    QLineEdit *m_line;
};

} // namespace xray::views
