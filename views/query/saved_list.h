// SPDX-License-Identifier: GPL-3.0-or-later
// The saved queries of the store with how many match each: a click or Return shows one, F2 renames,
// Del removes. It states intents; the page asks and saves. Owned by the query page; GUI thread.
#pragma once

#include <model/query/source.h>

#include <QWidget>

class QLabel;
class QListWidget;
class QListWidgetItem;
class QToolButton;

namespace xray::views {

class SavedList final : public QWidget
{
    Q_OBJECT

public:
    explicit SavedList(QWidget *parent = nullptr);

    void setSaved(const std::vector<query::SavedQuery> &saved);
    void setCount(const QString &name, const query::CountAnswer &count);
    [[nodiscard]] QListWidget *list() const { return m_list; }
    /// "412", "10,000+", or nothing while it is being counted.
    [[nodiscard]] QString countText(const QString &name) const;
    /// All of them, name and query by turns, to read or to send.
    [[nodiscard]] QString asText() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosen(const QString &text);
    void removeRequested(const QString &name);
    void renameRequested(const QString &name, const QString &newName);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    class Delegate;

    QWidget *makeHeader();
    [[nodiscard]] int heightFor(int rows) const;
    void openMenu(const QPoint &position);
    void takeRename(QListWidgetItem *item);
    void removeCurrent();

    QLabel *m_hint;
    QListWidget *m_list;
    QToolButton *m_copyAll;
};

} // namespace xray::views
