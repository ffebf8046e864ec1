// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around one node of the query in the builder: the grip one drags it by, whether it is
// negated, the menu of what one can do with it, the cross that takes it away, and the keys for all
// of that. What is inside, derived cards know. Owned by the builder; GUI thread.
#pragma once

#include <model/items/query_tree.h>

#include <QFrame>

class QHBoxLayout;
class QMenu;
class QToolButton;
class QVBoxLayout;

namespace xray::views {

class NodeFrame : public QFrame
{
    Q_OBJECT

public:
    NodeFrame(items::TreePath path, const query::NodePtr &node, QWidget *parent);

    [[nodiscard]] const items::TreePath &path() const { return m_path; }
    /// As it is now, its negations included.
    [[nodiscard]] const query::NodePtr &node() const { return m_node; }
    [[nodiscard]] QWidget *grip() const;
    [[nodiscard]] QToolButton *closeButton() const { return m_close; }
    /// What one can do with the card, also under the right button of the mouse.
    [[nodiscard]] QMenu *menu() const { return m_menu; }

Q_SIGNALS:
    /// It is this node now.
    void edited(const xray::query::NodePtr &node);
    void removeRequested();
    void negateRequested();
    void wrapRequested();
    void duplicateRequested();
    /// The keyboard wants to go to the next card (1) or the one before (-1).
    void neighbourWanted(int distance);
    void moveRequested(xray::items::Direction direction);
    void dragged(const QPoint &globalPosition);
    void dropped(const QPoint &globalPosition);
    void dragCancelled();

protected:
    /// The row at the top, between the grip and the cross.
    [[nodiscard]] QHBoxLayout *header() const { return m_header; }
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    /// Replaces what the negations are around.
    void setInner(const query::NodePtr &inner);

    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    class Grip;

    void addNegations();
    void addButtons(QHBoxLayout *row);
    void fillMenu();
    bool takeMove(int key);
    void setLifted(bool lifted);

    items::TreePath m_path;
    query::NodePtr m_node;
    Grip *m_grip;
    QMenu *m_menu;
    QToolButton *m_more;
    QToolButton *m_close;
    bool m_lifted = false; ///< while it is being dragged
    QHBoxLayout *m_header;
    QVBoxLayout *m_body;
};

} // namespace xray::views
