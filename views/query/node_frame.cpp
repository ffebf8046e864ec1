// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/node_frame.h"

#include <views/look/icons.h>
#include <views/look/theme.h>

#include <QApplication>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <utility>

namespace xray::views {

namespace {

constexpr int kGripWidth = 14;
constexpr int kGripHeight = 26;
constexpr int kCrossSize = 12;
constexpr int kButtonWidth = 24;

query::NodePtr withInner(const query::NodePtr &node, const query::NodePtr &inner)
{
    const auto *negation = std::get_if<query::Negation>(&node->is);
    return negation ? items::negated(withInner(negation->child, inner)) : inner;
}

} // namespace

/// Six dots; dragging them drags the frame.
class NodeFrame::Grip final : public QWidget
{
public:
    explicit Grip(NodeFrame *frame)
        : QWidget(frame)
        , m_frame(frame)
    {
        setFixedSize(kGripWidth, kGripHeight);
        setCursor(Qt::OpenHandCursor);
        setToolTip(
            QStringLiteral("Drag between cards, or onto one to make a group (Ctrl+arrow keys)"));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(themeFor(palette()).faint);
        for (int row = 0; row < 3; ++row) {
            for (int column = 0; column < 2; ++column)
                painter.drawEllipse(QPointF(4 + 5 * column, height() / 2.0 + 5 * (row - 1)), 1.3,
                                    1.3);
        }
    }
    void mousePressEvent(QMouseEvent *event) override
    {
        m_start = event->globalPosition().toPoint();
        m_dragging = false;
        m_frame->setFocus(Qt::MouseFocusReason);
        grabKeyboardWhile(true);
    }
    void mouseMoveEvent(QMouseEvent *event) override
    {
        const QPoint here = event->globalPosition().toPoint();
        if (!m_held ||
            (!m_dragging && (here - m_start).manhattanLength() < QApplication::startDragDistance()))
            return;
        m_dragging = true;
        m_frame->setLifted(true);
        Q_EMIT m_frame->dragged(here);
    }
    void mouseReleaseEvent(QMouseEvent *event) override
    {
        const bool wasDragging = std::exchange(m_dragging, false) && m_held;
        grabKeyboardWhile(false);
        if (wasDragging)
            Q_EMIT m_frame->dropped(event->globalPosition().toPoint());
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() != Qt::Key_Escape)
            return;
        grabKeyboardWhile(false);
        m_dragging = false;
        Q_EMIT m_frame->dragCancelled();
    }

private:
    /// While the mouse holds the grip, Escape gives the drag up.
    void grabKeyboardWhile(bool held)
    {
        m_held = held;
        setCursor(held ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
        if (!held)
            m_frame->setLifted(false);
        if (held)
            grabKeyboard();
        else
            releaseKeyboard();
    }

    NodeFrame *m_frame;
    QPoint m_start;
    bool m_dragging = false;
    bool m_held = false;
};

NodeFrame::NodeFrame(items::TreePath path, const query::NodePtr &node, QWidget *parent)
    : QFrame(parent)
    , m_path(std::move(path))
    , m_node(node)
    , m_grip(new Grip(this))
    , m_menu(new QMenu(this))
    , m_more(new QToolButton(this))
    , m_close(new QToolButton(this))
    , m_header(new QHBoxLayout)
    , m_body(new QVBoxLayout(this))
{
    setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    m_header->setSpacing(2 * kGrid);
    row->addWidget(m_grip);
    addNegations();
    row->addLayout(m_header, 1);
    addButtons(row);
    m_body->setContentsMargins(8, 7, 6, 7);
    m_body->setSpacing(6);
    m_body->addLayout(row);
    fillMenu();
    // The frame shows when something inside it has the keyboard.
    connect(qApp, &QApplication::focusChanged, this, qOverload<>(&QWidget::update));
}

QWidget *NodeFrame::grip() const
{
    return m_grip;
}

void NodeFrame::addButtons(QHBoxLayout *row)
{
    m_more->setText(QStringLiteral("⋯"));
    m_more->setToolTip(QStringLiteral("Negate, group, duplicate, move"));
    m_more->setAccessibleName(QStringLiteral("What to do with this condition"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->setMenu(m_menu);
    m_close->setIcon(icon(QLatin1String("close")));
    m_close->setIconSize({kCrossSize, kCrossSize});
    m_close->setFocusPolicy(Qt::StrongFocus);
    m_close->setToolTip(QStringLiteral("Take it away (Del)"));
    m_close->setAccessibleName(QStringLiteral("Take this condition away"));
    connect(m_close, &QToolButton::clicked, this, &NodeFrame::removeRequested);
    m_more->setFixedWidth(kButtonWidth);
    m_close->setFixedWidth(kButtonWidth);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    buttons->addWidget(m_more);
    buttons->addWidget(m_close);
    row->addLayout(buttons);
}

/// One chip a negation; a click takes it away.
void NodeFrame::addNegations()
{
    query::NodePtr node = m_node;
    while (const auto *negation = std::get_if<query::Negation>(&node->is)) {
        auto *chip = new QToolButton(this);
        chip->setText(QStringLiteral("not"));
        chip->setProperty("look", QStringLiteral("chip"));
        chip->setToolTip(QStringLiteral("Take the “not” away (N)"));
        connect(chip, &QToolButton::clicked, this, &NodeFrame::negateRequested);
        m_header->addWidget(chip);
        node = negation->child;
    }
}

void NodeFrame::setInner(const query::NodePtr &inner)
{
    m_node = withInner(m_node, inner);
    Q_EMIT edited(m_node);
}

void NodeFrame::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    const QWidget *focused = QApplication::focusWidget();
    const bool active = focused == this || (focused && isAncestorOf(focused));
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(active ? theme.accent : theme.line, 1, m_lifted ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kControlRadius,
                            kControlRadius);
}

void NodeFrame::setLifted(bool lifted)
{
    m_lifted = lifted;
    update();
}

/// Whether the key moves the card.
bool NodeFrame::takeMove(int key)
{
    using items::Direction;
    switch (key) {
    case Qt::Key_Up:
        Q_EMIT moveRequested(Direction::Up);
        return true;
    case Qt::Key_Down:
        Q_EMIT moveRequested(Direction::Down);
        return true;
    case Qt::Key_Left:
        Q_EMIT moveRequested(Direction::Out);
        return true;
    case Qt::Key_Right:
        Q_EMIT moveRequested(Direction::In);
        return true;
    case Qt::Key_D:
        Q_EMIT duplicateRequested();
        return true;
    default:
        return false;
    }
}

void NodeFrame::keyPressEvent(QKeyEvent *event)
{
    if (event->modifiers() & Qt::ControlModifier) {
        if (!takeMove(event->key()))
            QFrame::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT removeRequested();
        return;
    case Qt::Key_N:
    case Qt::Key_Exclam:
        Q_EMIT negateRequested();
        return;
    case Qt::Key_G:
        Q_EMIT wrapRequested();
        return;
    case Qt::Key_Up:
        Q_EMIT neighbourWanted(-1);
        return;
    case Qt::Key_Down:
        Q_EMIT neighbourWanted(1);
        return;
    case Qt::Key_Menu:
        m_menu->popup(mapToGlobal(rect().center()));
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

void NodeFrame::fillMenu()
{
    using items::Direction;
    const auto add = [&](const QString &text, const char *keys, auto &&action) {
        m_menu->addAction(text + QLatin1Char('\t') + QLatin1String(keys), this, action);
    };
    const auto move = [this](Direction direction) {
        return [this, direction] { Q_EMIT moveRequested(direction); };
    };
    add(QStringLiteral("Negate"), "N", [this] { Q_EMIT negateRequested(); });
    add(QStringLiteral("Put into a group"), "G", [this] { Q_EMIT wrapRequested(); });
    add(QStringLiteral("Duplicate"), "Ctrl+D", [this] { Q_EMIT duplicateRequested(); });
    m_menu->addSeparator();
    add(QStringLiteral("Move up"), "Ctrl+Up", move(Direction::Up));
    add(QStringLiteral("Move down"), "Ctrl+Down", move(Direction::Down));
    add(QStringLiteral("Move into the group"), "Ctrl+Right", move(Direction::In));
    add(QStringLiteral("Move out of the group"), "Ctrl+Left", move(Direction::Out));
    m_menu->addSeparator();
    add(QStringLiteral("Take away"), "Del", [this] { Q_EMIT removeRequested(); });
}

void NodeFrame::contextMenuEvent(QContextMenuEvent *event)
{
    m_menu->popup(event->globalPos());
    event->accept();
}

void NodeFrame::focusInEvent(QFocusEvent *)
{
    update();
}

void NodeFrame::focusOutEvent(QFocusEvent *)
{
    update();
}

} // namespace xray::views
