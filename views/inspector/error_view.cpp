// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/error_view.h"

#include "views/inspector/reading_text.h"
#include "views/inspector/text_row_delegate.h"
#include "views/look/empty_state.h"
#include "views/look/theme.h"

#include <QItemSelectionModel>
#include <QListView>
#include <QPlainTextEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kTallestMessage = 160;
constexpr int kMostRowsShown = 5;

QString titleOf(const ExecutionError &error)
{
    const QString type = error.type.isEmpty() ? QStringLiteral("Error") : error.type;
    return QStringLiteral("%1 at %2").arg(type, formatLocalTimeOfDay(error.occurredAt));
}

QString detailOf(const ExecutionError &error)
{
    QStringList parts;
    if (!error.stack.isEmpty())
        parts += error.stack;
    if (!error.payload.isEmpty())
        parts += QStringLiteral("payload\n") + QString::fromUtf8(error.payload);
    return parts.join(QStringLiteral("\n\n"));
}

} // namespace

ErrorView::ErrorView(QWidget *parent)
    : QWidget(parent)
    , m_model(new items::ErrorListModel(this))
    , m_list(new QListView)
    , m_message(new ReadingText(kTallestMessage))
    , m_stack(new QPlainTextEdit)
{
    buildPanes();
    arrange();
    setErrors({});
}

void ErrorView::buildPanes()
{
    m_list->setModel(m_model);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new TextRowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(QStringLiteral("Errors of the step"));
    m_message->setAccessibleName(QStringLiteral("Error message"));
    m_stack->setReadOnly(true);
    m_stack->setFont(codeFont());
    m_stack->setFrameShape(QFrame::NoFrame);
    m_stack->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_stack->document()->setDocumentMargin(kMargin);
    m_stack->setTabChangesFocus(true);
    m_stack->setPlaceholderText(QStringLiteral("No stack was logged with this error."));
    m_stack->setAccessibleName(QStringLiteral("Stack"));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ErrorView::showError);
}

void ErrorView::arrange()
{
    auto *content = new QWidget;
    auto *messageBox = new QVBoxLayout;
    messageBox->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    messageBox->addWidget(m_message);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_list);
    column->addLayout(messageBox);
    column->addWidget(m_stack, 1);
    m_pages = new QStackedLayout(this);
    m_pages->addWidget(content);
    auto *none = new EmptyState;
    none->showMessage(QLatin1String("check"), QStringLiteral("No errors"),
                      QStringLiteral("This step logged no error."));
    m_pages->addWidget(none);
}

void ErrorView::setErrors(const std::vector<ExecutionError> &errors)
{
    m_model->setErrors(errors);
    m_pages->setCurrentIndex(errors.empty() ? 1 : 0);
    fitList();
    if (!errors.empty() && !m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_model->index(0));
}

/// One error needs no list to choose from.
void ErrorView::fitList()
{
    const int rows = std::min(m_model->rowCount(), kMostRowsShown);
    m_list->setVisible(rows > 1);
    if (rows > 1)
        m_list->setFixedHeight(rows * m_list->sizeHintForRow(0));
}

void ErrorView::showError(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    const ExecutionError &error = m_model->errorAt(index.row());
    m_message->setParagraphs({titleOf(error), error.message});
    m_stack->setPlainText(detailOf(error));
}

} // namespace xray::views
