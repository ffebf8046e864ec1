// SPDX-License-Identifier: GPL-3.0-or-later
// The errors of a step: a list, and of the chosen one the whole message, the stack in fixed type
// and the payload. Owned by the inspector; GUI thread.
#pragma once

#include <model/items/error_list_model.h>

#include <QWidget>

class QListView;
class QPlainTextEdit;
class QStackedLayout;

namespace xray::views {

class ReadingText;

class ErrorView final : public QWidget
{
    Q_OBJECT

public:
    explicit ErrorView(QWidget *parent = nullptr);

    /// The first one is chosen unless another already is.
    void setErrors(const std::vector<ExecutionError> &errors);

    [[nodiscard]] QPlainTextEdit *stack() const { return m_stack; }

private:
    void buildPanes();
    void arrange();
    void showError(const QModelIndex &index);
    void fitList();

    items::ErrorListModel *m_model;
    QListView *m_list;
    ReadingText *m_message;
    QPlainTextEdit *m_stack;
    QStackedLayout *m_pages = nullptr;
};

} // namespace xray::views
