// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/error_list_model.h"

#include <algorithm>

namespace xray::items {

namespace {

QString lineOf(const ExecutionError &error)
{
    const QString message = error.message.simplified();
    return error.type.isEmpty() ? message : error.type + QStringLiteral(": ") + message;
}

} // namespace

ErrorListModel::ErrorListModel(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ErrorListModel::setErrors(const std::vector<ExecutionError> &errors,
                               const QHash<StepId, QString> &stepNames)
{
    if (!continues(errors) || !continues(stepNames)) {
        beginResetModel();
        m_errors = errors;
        m_stepNames = stepNames;
        endResetModel();
        return;
    }
    m_stepNames = stepNames;
    const auto before = static_cast<int>(m_errors.size());
    const auto after = static_cast<int>(errors.size());
    if (after == before)
        return;
    beginInsertRows({}, before, after - 1);
    m_errors.insert(m_errors.end(), errors.begin() + before, errors.end());
    endInsertRows();
}

/// Whether `errors` begins with what is shown.
bool ErrorListModel::continues(const std::vector<ExecutionError> &errors) const
{
    return errors.size() >= m_errors.size() &&
           std::equal(m_errors.begin(), m_errors.end(), errors.begin());
}

/// Whether no name that is shown has become another.
bool ErrorListModel::continues(const QHash<StepId, QString> &stepNames) const
{
    for (auto it = m_stepNames.begin(); it != m_stepNames.end(); ++it) {
        if (stepNames.value(it.key()) != it.value())
            return false;
    }
    return true;
}

int ErrorListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_errors.size());
}

QString ErrorListModel::stepName(const ExecutionError &error) const
{
    return error.stepId ? m_stepNames.value(*error.stepId) : QString();
}

QVariant ErrorListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ExecutionError &error = errorAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return lineOf(error);
    case TypeRole:
        return error.type;
    case MessageRole:
        return error.message;
    case StackRole:
        return error.stack;
    case PayloadRole:
        return error.payload;
    case OccurredAtRole:
        return QVariant::fromValue<qint64>(error.occurredAt);
    case StepIdRole:
        return error.stepId ? QVariant::fromValue(*error.stepId) : QVariant();
    case StepNameRole:
        return stepName(error);
    default:
        return {};
    }
}

} // namespace xray::items
