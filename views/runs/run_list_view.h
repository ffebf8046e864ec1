// SPDX-License-Identifier: GPL-3.0-or-later
// The run list's view: rows of one height, so that nothing it does depends on how many there are.
// (QListView lays out every row at each insert, 50 ms at a million.) It keeps what is looked at in
// place while runs come in above. Owned by RunListPanel; GUI thread.
#pragma once

#include <views/look/follow.h>

#include <model/items/run_list_model.h>

#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <optional>

namespace xray::views {

class RunRowDelegate;
class TagEditor;

class RunListView final : public QAbstractItemView
{
    Q_OBJECT

public:
    explicit RunListView(QWidget *parent = nullptr);

    /// The model must outlive the view or be replaced.
    void setRunModel(items::RunListModel *model);
    void setFollow(Follow follow);
    /// The next order is looked at from its beginning, not from where the rows on top now stand.
    void startAtTop() { m_startsAtTop = true; }
    /// Tags that the tag editor completes.
    void setKnownTags(const QStringList &tags) { m_knownTags = tags; }

    /// Makes the run current and visible when it is loaded; says whether it was.
    bool selectRun(ExecutionId id);
    /// The same for any run that is in the list.
    bool selectRun(ExecutionRow run);
    /// The current run's id, when it is loaded.
    [[nodiscard]] std::optional<ExecutionId> currentRun() const;

    /// Opens the tag editor on the current row.
    void editTags();
    /// Asks for the deletion of everything selected.
    void requestDelete();
    void copyIds() const;

    [[nodiscard]] QRect visualRect(const QModelIndex &index) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    [[nodiscard]] QModelIndex indexAt(const QPoint &point) const override;
    void setModel(QAbstractItemModel *model) override;
    void reset() override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void runSelected(xray::ExecutionId id);
    void runActivated(xray::ExecutionId id);
    void deleteRequested(const std::vector<xray::ExecutionId> &ids);
    /// More runs are selected than are deleted at once, or they could not be read.
    void deleteRefused(const QString &why);
    void tagsEdited(xray::ExecutionId id, const QStringList &tags);
    void pipelineFilterRequested(const QString &pipeline);
    void environmentFilterRequested(const QString &environment);
    void sessionFilterRequested(const QString &session);

protected:
    [[nodiscard]] QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers) override;
    [[nodiscard]] int horizontalOffset() const override { return 0; }
    [[nodiscard]] int verticalOffset() const override;
    [[nodiscard]] bool isIndexHidden(const QModelIndex &) const override { return false; }
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
    [[nodiscard]] QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    void updateGeometries() override;
    void rowsInserted(const QModelIndex &parent, int first, int last) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
                     const QList<int> &roles) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// A stretch of rows that came in a moment ago and is still fading in.
    struct Arrival
    {
        QPersistentModelIndex first;
        int count = 0;
        QElapsedTimer since;
    };

    [[nodiscard]] int rowCount() const;
    [[nodiscard]] double opacityOf(int row) const;
    void paintRow(QPainter &painter, int row);
    void nextFadeFrame();
    void tick();
    void announceCurrent();
    void rememberPlace();
    void restorePlace();
    bool makeCurrent(int row);
    void deleteRuns(const std::vector<Execution> &runs);
    void closeEditor();
    void placeEditor();
    [[nodiscard]] std::vector<int> selectedRows() const;

    items::RunListModel *m_model = nullptr; ///< borrowed; null before setRunModel()
    RunRowDelegate *m_delegate;
    Follow m_follow = Follow::Off;
    QStringList m_knownTags;
    std::vector<Arrival> m_arrivals;
    QTimer m_fade;
    QTimer m_clock;
    ExecutionRow m_announced;  ///< the run runSelected() told of last
    bool m_toldCurrent = true; ///< false while the current run's contents are awaited
    ExecutionRow m_keptCurrent;
    ExecutionRow m_keptTop;
    bool m_startsAtTop = false;
    int m_keptOffset = 0; ///< pixels of the topmost row that are scrolled away
    QPointer<TagEditor> m_editor;
    QPersistentModelIndex m_edited;
};

} // namespace xray::views
