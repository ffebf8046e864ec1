// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/critical_path.h"

#include <algorithm>

namespace xray::timeline {

namespace {

/// Walks backwards in time with a stack of its own, as deep as the tree.
class BackwardWalk
{
public:
    BackwardWalk(const StepTree &tree, TimeNs now)
        : m_tree(tree)
        , m_now(now)
    {
    }

    CriticalPath run()
    {
        enter(-1, {m_tree.span.start, std::max(m_tree.span.end, m_now)});
        while (!m_stack.empty())
            advance();
        std::ranges::reverse(m_path.segments);
        std::ranges::sort(m_path.positions);
        return std::move(m_path);
    }

private:
    struct Frame
    {
        qsizetype position;              ///< -1 is the run
        TimeRange window;                ///< the part of the step that was waited for
        TimeNs reached;                  ///< walked back to here
        std::vector<qsizetype> children; ///< not yet considered; the one that ends last is last
    };

    void enter(qsizetype position, TimeRange window)
    {
        const auto children = m_tree.childrenOf(position);
        Frame frame{position, window, window.end, {children.begin(), children.end()}};
        std::ranges::sort(frame.children, {}, [&](qsizetype child) { return endOf(child); });
        m_stack.push_back(std::move(frame));
        if (position >= 0)
            m_path.positions.push_back(position);
    }

    void advance()
    {
        Frame &frame = m_stack.back();
        if (frame.children.empty() || frame.reached <= frame.window.start) {
            addOwn(frame, frame.window.start);
            m_stack.pop_back();
            return;
        }
        const qsizetype child = frame.children.back();
        frame.children.pop_back();
        if (wasWaitedFor(frame, child))
            descend(frame, child);
    }

    /// The last one of a parent may outlive it; before that, one ends as the next begins.
    bool wasWaitedFor(const Frame &frame, qsizetype child) const
    {
        const TimeNs start = m_tree.nodes[child].start;
        const bool handsOver = saturatingSubtract(endOf(child), frame.reached) <= kHandOverSlack;
        const bool outlives = frame.position >= 0 && frame.reached == frame.window.end;
        return start < frame.reached && (handsOver || outlives);
    }

    void descend(Frame &frame, qsizetype child)
    {
        const TimeNs end = std::min(endOf(child), frame.reached);
        const TimeNs start = std::max(m_tree.nodes[child].start, frame.window.start);
        addOwn(frame, end);
        frame.reached = start;
        enter(child, {start, end}); // last: it moves the frame
    }

    /// From `from` to where the frame has been walked back to nothing but the step itself ran.
    void addOwn(Frame &frame, TimeNs from)
    {
        if (frame.position < 0 || frame.reached <= from)
            return;
        m_path.segments.push_back({frame.position, {from, frame.reached}});
        m_path.total = saturatingAdd(m_path.total, frame.reached - from);
        frame.reached = from;
    }

    TimeNs endOf(qsizetype position) const
    {
        const StepNode &node = m_tree.nodes[position];
        return std::max(endAt(node.end, m_now), node.start);
    }

    const StepTree &m_tree;
    TimeNs m_now;
    CriticalPath m_path;
    std::vector<Frame> m_stack;
};

} // namespace

bool CriticalPath::contains(qsizetype position) const
{
    return std::ranges::binary_search(positions, position);
}

CriticalPath criticalPath(const StepTree &tree, TimeNs now)
{
    if (tree.nodes.empty())
        return {};
    return BackwardWalk(tree, now).run();
}

} // namespace xray::timeline
