// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/tags_editor.h"

#include "views/look/chip.h"
#include "views/look/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

namespace xray::views {

namespace {

constexpr int kEditorWidth = 220;
constexpr qsizetype kMostChips = 4;

} // namespace

QStringList tagsFromText(const QString &text)
{
    QStringList tags;
    for (const QString &part : text.split(u',')) {
        const QString tag = part.simplified();
        if (!tag.isEmpty() && !tags.contains(tag))
            tags += tag;
    }
    return tags;
}

TagsEditor::TagsEditor(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
    , m_chips(new QWidget)
    , m_button(new QToolButton)
    , m_line(new QLineEdit)
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(kGrid);
    m_layout->addWidget(m_chips);
    m_layout->addWidget(m_button);
    m_layout->addWidget(m_line);
    m_button->setAutoRaise(true);
    m_button->setFont(smallFont());
    m_button->setToolTip(QStringLiteral("Edit the run's tags"));
    m_button->setAccessibleName(QStringLiteral("Edit tags"));
    m_line->setFixedWidth(kEditorWidth);
    m_line->setPlaceholderText(QStringLiteral("tags, with commas between"));
    m_line->setAccessibleName(QStringLiteral("Tags, with commas between"));
    m_line->installEventFilter(this);
    connect(m_button, &QToolButton::clicked, this, &TagsEditor::beginEdit);
    connect(m_line, &QLineEdit::returnPressed, this, &TagsEditor::commit);
    setMode(Mode::Showing);
    showChips();
}

void TagsEditor::setTags(const QStringList &tags)
{
    if (tags == m_tags)
        return;
    m_tags = tags;
    showChips();
}

void TagsEditor::showChips()
{
    delete m_chips;
    m_chips = new QWidget;
    auto *row = new QHBoxLayout(m_chips);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGrid);
    for (const QString &tag : m_tags.mid(0, kMostChips))
        row->addWidget(new Chip(Chip::Kind::Fact, tag));
    if (m_tags.size() > kMostChips) {
        auto *rest =
            new Chip(Chip::Kind::Fact, QStringLiteral("+%1").arg(m_tags.size() - kMostChips));
        rest->setToolTip(m_tags.mid(kMostChips).join(QStringLiteral(", ")));
        row->addWidget(rest);
    }
    m_chips->setVisible(!m_tags.isEmpty() && m_line->isHidden());
    m_chips->setAccessibleName(QStringLiteral("Tags: ") + m_tags.join(QStringLiteral(", ")));
    m_layout->insertWidget(0, m_chips);
    m_button->setText(m_tags.isEmpty() ? QStringLiteral("+ tag") : QStringLiteral("edit"));
}

void TagsEditor::setMode(Mode mode)
{
    const bool editing = mode == Mode::Editing;
    m_line->setVisible(editing);
    m_button->setVisible(!editing);
    m_chips->setVisible(!editing && !m_tags.isEmpty());
}

void TagsEditor::beginEdit()
{
    m_line->setText(m_tags.join(QStringLiteral(", ")));
    setMode(Mode::Editing);
    m_line->setFocus();
    m_line->selectAll();
}

void TagsEditor::commit()
{
    const QStringList wanted = tagsFromText(m_line->text());
    setMode(Mode::Showing);
    m_button->setFocus();
    if (wanted == m_tags)
        return;
    Q_EMIT edited(wanted);
}

void TagsEditor::cancelEdit()
{
    setMode(Mode::Showing);
}

bool TagsEditor::eventFilter(QObject *watched, QEvent *event)
{
    const bool escape = event->type() == QEvent::KeyPress &&
                        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape;
    if (watched != m_line || !escape)
        return QWidget::eventFilter(watched, event);
    cancelEdit();
    m_button->setFocus();
    return true;
}

} // namespace xray::views
