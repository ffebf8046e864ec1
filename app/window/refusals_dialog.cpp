// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/refusals_dialog.h"

#include <views/look/empty_state.h>
#include <views/look/theme.h>

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace xray::app {

namespace {

QString placeOf(const ingest::Refusal &refusal)
{
    QStringList parts;
    if (refusal.line > 0)
        parts += QStringLiteral("line %1").arg(refusal.line);
    if (!refusal.field.isEmpty())
        parts += refusal.field;
    return parts.join(QStringLiteral(", "));
}

} // namespace

RefusalsDialog::RefusalsDialog(const std::vector<ingest::Refusal> &refusals, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(QStringLiteral("What was refused"));
    resize(980, 460);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 3 * views::kGrid);
    if (refusals.empty())
        showNone();
    else
        showTable(refusals);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->setContentsMargins(3 * views::kGrid, 0, 3 * views::kGrid, 0);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

void RefusalsDialog::showNone()
{
    auto *none = new views::EmptyState;
    none->showMessage(
        QLatin1String("check"), QStringLiteral("Nothing was refused"),
        QStringLiteral("Requests that X-Ray cannot take appear here, with the field at "
                       "fault and why."));
    layout()->addWidget(none);
}

void RefusalsDialog::showTable(const std::vector<ingest::Refusal> &refusals)
{
    auto *table = new QTreeWidget;
    table->setAccessibleName(windowTitle());
    table->setRootIsDecorated(false);
    table->setUniformRowHeights(true);
    table->setHeaderLabels({QStringLiteral("Time"), QStringLiteral("From"),
                            QStringLiteral("Request"), QStringLiteral("Status"),
                            QStringLiteral("Where"), QStringLiteral("Why")});
    for (auto it = refusals.rbegin(); it != refusals.rend(); ++it) {
        auto *row =
            new QTreeWidgetItem(table, {formatLocalTimeOfDay(it->at), it->peer, it->what,
                                        QString::number(it->status), placeOf(*it), it->message});
        row->setToolTip(5, it->message);
    }
    for (int column = 0; column < 5; ++column)
        table->resizeColumnToContents(column);
    layout()->addWidget(table);
}

} // namespace xray::app
