// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/error_list_view.h"

#include "views/look/theme.h"

#include <model/items/error_list_model.h>

#include <QPainter>
#include <QSet>
#include <QStyledItemDelegate>

namespace xray::views {

namespace {

using items::ErrorListModel;

constexpr int kPadding = 10;

QString placeText(const QModelIndex &index)
{
    const QString step = index.data(ErrorListModel::StepNameRole).toString();
    const QString time =
        formatLocalTimeOfDay(index.data(ErrorListModel::OccurredAtRole).toLongLong());
    return QStringLiteral("%1 · %2").arg(step.isEmpty() ? QStringLiteral("the run itself") : step,
                                         time);
}

class ErrorDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = themeFor(option.palette);
        const QRect row = option.rect;
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(row, theme.selection);
        painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.line);
        const QRect area = row.adjusted(kPadding, kGrid, -kPadding, -kGrid);
        const QRect upper(area.left(), area.top(), area.width(), area.height() / 2);
        writeLine(*painter, upper, index.data().toString(), uiFont(), theme.error);
        writeLine(*painter, upper.translated(0, upper.height()), placeText(index), smallFont(),
                  theme.muted);
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {0, kRunRowHeight};
    }

private:
    static void writeLine(QPainter &painter, const QRect &area, const QString &text,
                          const QFont &font, const QColor &color)
    {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(area, Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
    }
};

/// The names of the steps that errors of the run belong to. Those in `known` are not looked for
/// again; new errors are mostly of the last steps, so these are looked at first.
QHash<StepId, QString> namesOfFailingSteps(const RunSnapshot &snapshot,
                                           const QHash<StepId, QString> &known)
{
    QHash<StepId, QString> names = known;
    QSet<StepId> wanted;
    for (const ExecutionError &error : snapshot.errors) {
        if (error.stepId && !known.contains(*error.stepId))
            wanted.insert(*error.stepId);
    }
    const auto &chunks = snapshot.steps.chunks();
    for (auto chunk = chunks.rbegin(); chunk != chunks.rend() && !wanted.isEmpty(); ++chunk) {
        for (const Step &step : **chunk) {
            if (wanted.remove(step.id))
                names.insert(step.id, step.name);
        }
    }
    return names;
}

} // namespace

ErrorListView::ErrorListView(QWidget *parent)
    : QListView(parent)
    , m_errors(new ErrorListModel(this))
{
    setModel(m_errors);
    setItemDelegate(new ErrorDelegate(this));
    setAccessibleName(QStringLiteral("Errors of the run"));
    setFrameShape(NoFrame);
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    connect(this, &QListView::clicked, this, &ErrorListView::chooseStep);
    connect(this, &QListView::activated, this, &ErrorListView::chooseStep);
}

void ErrorListView::setSnapshot(RunSnapshotPtr snapshot)
{
    const bool sameRun = snapshot && snapshot->run.id == m_run;
    m_run = snapshot ? std::optional(snapshot->run.id) : std::nullopt;
    const auto known = sameRun ? m_errors->stepNames() : QHash<StepId, QString>();
    if (snapshot)
        m_errors->setErrors(snapshot->errors, namesOfFailingSteps(*snapshot, known));
    else
        m_errors->setErrors({});
    viewport()->update();
}

int ErrorListView::errorCount() const
{
    return m_errors->rowCount();
}

void ErrorListView::chooseStep(const QModelIndex &index)
{
    const QVariant step = index.data(ErrorListModel::StepIdRole);
    if (step.isValid())
        Q_EMIT stepSelected(step.value<StepId>());
}

void ErrorListView::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (errorCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(themeFor(palette()).muted);
    painter.drawText(viewport()->rect(), Qt::AlignCenter,
                     QStringLiteral("No errors were logged in this run."));
}

} // namespace xray::views
