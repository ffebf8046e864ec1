// SPDX-License-Identifier: GPL-3.0-or-later
// Several conditions of which all or any must hold, or what must hold of a run's steps: a frame
// around further cards. Owned by the builder; GUI thread.
#pragma once

#include "views/query/node_frame.h"

#include <QWidget>

#include <functional>

class QToolButton;
class QVBoxLayout;

namespace xray::views {

class PickButton;

/// The cards of one group, one below the other: where cards are dropped.
class GroupBody final : public QWidget
{
    Q_OBJECT

public:
    GroupBody(items::TreePath path, QWidget *parent);

    [[nodiscard]] const items::TreePath &path() const { return m_path; }
    void addCard(NodeFrame *card);
    [[nodiscard]] const std::vector<NodeFrame *> &cards() const { return m_cards; }
    /// In front of which card something lies at that height of the body.
    [[nodiscard]] int positionAt(int y) const;
    /// The middle of the gap in front of that position.
    [[nodiscard]] int gapAt(int position) const;

private:
    items::TreePath m_path;
    std::vector<NodeFrame *> m_cards;
    QVBoxLayout *m_layout;
};

/// "all of", "any of"
[[nodiscard]] QString kindText(query::Group::Kind kind);
/// A button with "all of ▾" or "any of ▾".
[[nodiscard]] PickButton *makeKindButton(query::Group::Kind kind, QWidget *parent,
                                         const std::function<void(query::Group::Kind)> &choose);

class GroupCard final : public NodeFrame
{
    Q_OBJECT

public:
    GroupCard(items::TreePath path, const query::NodePtr &node, QWidget *parent);

    [[nodiscard]] GroupBody *group() const { return m_group; }

Q_SIGNALS:
    /// "+ Condition" or "+ Group" in this group; the button is where a menu opens.
    void conditionWanted(const xray::items::TreePath &group, QToolButton *button);
    void groupWanted(const xray::items::TreePath &group);

private:
    void addGroupHeader(const query::Group &group);
    void addTestHeader(const query::StepTest &test);
    void addCountEditors(const query::StepTest &test);
    void addFooter();

    GroupBody *m_group;
};

} // namespace xray::views
