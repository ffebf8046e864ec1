// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of a run or a step as a list, in the order of time. Errors that arrive at the end are
// inserted, so that the selection stays; anything else is a reset. Owned by the view that shows it;
// GUI thread.
#pragma once

#include <model/core/execution.h>

#include <QAbstractListModel>
#include <QHash>

#include <optional>

namespace xray::items {

class ErrorListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        TypeRole = Qt::UserRole + 1, ///< QString, may be empty
        MessageRole,                 ///< QString, whole
        StackRole,                   ///< QString, may be empty
        PayloadRole,                 ///< QByteArray, JSON text or empty
        OccurredAtRole,              ///< TimeNs as qint64
        StepIdRole,                  ///< StepId; invalid for an error of the run itself
        StepNameRole,                ///< QString; empty for an error of the run itself
    };

    explicit ErrorListModel(QObject *parent = nullptr);

    /// `stepNames` says what to call the steps the errors belong to; it may lack some.
    void setErrors(const std::vector<ExecutionError> &errors,
                   const QHash<StepId, QString> &stepNames = {});
    /// What the steps are called, as far as it was said.
    [[nodiscard]] const QHash<StepId, QString> &stepNames() const { return m_stepNames; }

    [[nodiscard]] const ExecutionError &errorAt(int row) const { return m_errors[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    /// DisplayRole is one line: "TimeoutError: no answer after 30 s".
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] bool continues(const std::vector<ExecutionError> &errors) const;
    [[nodiscard]] bool continues(const QHash<StepId, QString> &stepNames) const;
    [[nodiscard]] QString stepName(const ExecutionError &error) const;

    std::vector<ExecutionError> m_errors;
    QHash<StepId, QString> m_stepNames;
};

} // namespace xray::items
