// SPDX-License-Identifier: GPL-3.0-or-later
// The query field of the top bar: colours, completion from what the data knows, errors underlined
// where they are, and the questions asked before with the arrow keys. It says what was typed;
// others ask. Owned by the main window; GUI thread.
#pragma once

#include "views/query/query_edit.h"

#include <QWidget>

#include <memory>

class QToolButton;

namespace xray::views {

class CompletionPopup;

class QueryField final : public QWidget
{
    Q_OBJECT

public:
    explicit QueryField(QWidget *parent = nullptr);
    ~QueryField() override;

    /// Shows a text without asking.
    void setText(const QString &text);
    [[nodiscard]] QString text() const;
    /// What names there are; null while nobody knows.
    void setCatalogue(std::shared_ptr<const query::Catalogue> catalogue);
    /// The questions asked before, newest first.
    void setHistory(const QStringList &texts) { m_history = texts; }
    void focusField();
    /// The first thing that is wrong with the text.
    [[nodiscard]] std::optional<query::QueryError> error() const;
    [[nodiscard]] QueryEdit *edit() const { return m_edit; }
    [[nodiscard]] CompletionPopup *popup() const { return m_popup; }
    [[nodiscard]] QToolButton *builderButton() const { return m_builder; }

Q_SIGNALS:
    /// The text changed by hand, and it is a query.
    void queryEdited(const xray::query::Query &query);
    /// Return: ask this, right or wrong.
    void submitted(const QString &text);
    void builderRequested();
    /// Escape, with nothing to close.
    void escaped();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void takeText();
    void showErrors();
    enum class Offer { AsOneTypes, Asked };
    void offerCompletions(Offer when);
    /// Errors in what is done, not in the word that ends there.
    [[nodiscard]] std::vector<query::QueryError> errorsBefore(qsizetype position) const;
    void accept(const query::Completion &completion);
    void takeKey(QKeyEvent *event);
    void takeReturn();
    void takeArrow(int distance, Qt::KeyboardModifiers modifiers);
    void recall(int distance);
    void close();

    QueryEdit *m_edit;
    CompletionPopup *m_popup = nullptr;
    QToolButton *m_builder;
    std::shared_ptr<const query::Catalogue> m_catalogue;
    std::vector<query::QueryError> m_errors;
    QStringList m_history;
    QString m_typed; ///< what stood there before the history was looked at
    QString m_shown; ///< what was looked at last
    int m_recalled = -1;
    bool m_recalling = false;
    bool m_showing = false; ///< the text changes, but nobody typed
};

} // namespace xray::views
