// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/value_editor.h"

#include "views/query/pick_button.h"

#include <model/items/condition_values.h>
#include <views/look/marks.h>

#include <QCompleter>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace xray::views {

namespace {

using query::FieldId;
using query::Operator;
using query::ValueKind;

constexpr int kNumberWidth = 92;
constexpr int kTimeWidth = 190; ///< 2026-01-31T09:00:00Z
constexpr int kTextWidth = 260;
constexpr int kLeastWidth = 48;
constexpr int kMarkSize = 12;
constexpr int kLineStretch = 1'000; ///< the line takes what it may have, then comes nothing

/// A step type's square or a status's dot before its word.
QIcon markOf(FieldId field, const QString &word, const Theme &theme)
{
    QPixmap pixmap(kMarkSize, kMarkSize);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const QPointF center(kMarkSize / 2.0, kMarkSize / 2.0);
    const std::string plain = word.toStdString();
    if (const auto type = field == FieldId::Type ? stepTypeFromWord(plain) : std::nullopt)
        paintTypeSquare(painter, center, theme.stepType(*type));
    else if (const auto status = runStatusFromWord(plain))
        paintStatusDot(painter, center, theme.runStatus(*status));
    else
        return {};
    return pixmap;
}

bool isText(const query::Condition &condition, query::Subject subject)
{
    const ValueKind kind = items::valueKindOf(condition.field, subject);
    return kind == ValueKind::Word || kind == ValueKind::Anything ||
           condition.op == Operator::Contains || condition.op == Operator::Matches ||
           condition.op == Operator::In;
}

int widestLine(const query::Condition &condition, query::Subject subject)
{
    if (isText(condition, subject))
        return kTextWidth;
    const bool isTime = items::valueKindOf(condition.field, subject) == ValueKind::Time;
    return isTime ? kTimeWidth : kNumberWidth;
}

QString hintFor(const query::Condition &condition, query::Subject subject)
{
    if (condition.op == Operator::In)
        return QStringLiteral("one, another");
    if (condition.op == Operator::Matches)
        return QStringLiteral("regular expression");
    switch (items::valueKindOf(condition.field, subject)) {
    case ValueKind::Number:
        return QStringLiteral("number");
    case ValueKind::Duration:
        return QStringLiteral("2s, 150ms");
    case ValueKind::Time:
        return QStringLiteral("-2h, 2026-01-31");
    case ValueKind::Word:
    case ValueKind::Presence:
    case ValueKind::Anything:
        return QStringLiteral("text");
    }
    return {};
}

/// Tells the style sheet that a line's text is no value.
void markWrong(QLineEdit *line, bool wrong)
{
    QPalette palette = line->parentWidget()->palette();
    if (wrong)
        palette.setColor(QPalette::Text, themeFor(palette).error);
    line->setPalette(palette);
    line->setToolTip(wrong ? QStringLiteral("This is no value for the field.") : QString());
}

} // namespace

ValueEditor::ValueEditor(QWidget *parent)
    : QWidget(parent)
    , m_menu(new PickButton(QStringLiteral("Value"), this))
    , m_line(new QLineEdit(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_menu);
    layout->addWidget(m_line, kLineStretch);
    layout->addStretch(1);
    m_menu->setIconSize({kMarkSize, kMarkSize});
    connect(m_menu->menu(), &QMenu::aboutToShow, this, &ValueEditor::fillMenu);
    m_line->setAccessibleName(QStringLiteral("Value"));
    connect(m_line, &QLineEdit::textEdited, this, &ValueEditor::takeLine);
}

void ValueEditor::setCondition(const query::Condition &condition, query::Subject subject,
                               const query::Catalogue &catalogue)
{
    m_condition = condition;
    m_subject = subject;
    const bool needsNone = condition.op == Operator::Exists;
    const bool isClosed = !query::infoOf(condition.field.id, subject).words.isEmpty() &&
                          condition.op != Operator::Contains && condition.op != Operator::Matches;
    m_menu->setVisible(!needsNone && isClosed);
    m_line->setVisible(!needsNone && !isClosed);
    m_words = items::wordsFor(condition.field, subject, catalogue);
    if (isClosed)
        showWords();
    else
        showLine();
}

void ValueEditor::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_menu->isVisibleTo(this))
        showWords();
}

// ---- few words -----------------------------------------------------------------------------

void ValueEditor::fillMenu()
{
    QMenu *menu = m_menu->menu();
    menu->clear();
    const Theme &theme = themeFor(palette());
    for (const QString &word : std::as_const(m_words)) {
        QAction *action = menu->addAction(markOf(m_condition.field.id, word, theme), word, this,
                                          [this, word] { toggleWord(word); });
        action->setCheckable(m_condition.op == Operator::In);
        action->setChecked(std::ranges::find(m_condition.values, query::Value(word)) !=
                           m_condition.values.end());
    }
}

void ValueEditor::showWords()
{
    const QString text = items::textOfValues(m_condition);
    m_menu->setWord(text.isEmpty() ? QStringLiteral("choose") : text);
    m_menu->setIcon(markOf(m_condition.field.id, text, themeFor(palette())));
}

/// Takes the word as the value; of several it comes or goes.
void ValueEditor::toggleWord(const QString &word)
{
    std::vector<query::Value> values{word};
    if (m_condition.op == Operator::In) {
        values = m_condition.values;
        const auto found = std::ranges::find(values, query::Value(word));
        if (found == values.end())
            values.emplace_back(word);
        else if (values.size() > 1)
            values.erase(found);
    }
    m_condition.values = values;
    showWords();
    Q_EMIT edited(values);
}

// ---- a line --------------------------------------------------------------------------------

void ValueEditor::showLine()
{
    m_line->setMaximumWidth(widestLine(m_condition, m_subject));
    m_line->setMinimumWidth(kLeastWidth);
    m_line->setPlaceholderText(hintFor(m_condition, m_subject));
    if (m_words.isEmpty()) {
        m_line->setCompleter(nullptr);
    } else if (!m_line->completer()) {
        auto *completer = new QCompleter(m_words, m_line);
        completer->setFilterMode(Qt::MatchContains);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        m_line->setCompleter(completer);
        connect(completer, qOverload<const QString &>(&QCompleter::activated), this,
                &ValueEditor::takeLine);
    }
    const auto shown =
        items::valuesFromText(m_condition.field, m_condition.op, m_subject, m_line->text());
    if (shown != m_condition.values) {
        m_line->setText(items::textOfValues(m_condition));
        m_line->setCursorPosition(0); // a long value shows how it begins
        markWrong(m_line, false);
    }
}

void ValueEditor::takeLine(const QString &text)
{
    const auto values = items::valuesFromText(m_condition.field, m_condition.op, m_subject, text);
    markWrong(m_line, !values);
    if (!values)
        return;
    m_condition.values = *values;
    Q_EMIT edited(*values);
}

} // namespace xray::views
