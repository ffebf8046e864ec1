// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/inspector_header.h"

#include "views/look/marks.h"
#include "views/look/theme.h"

#include <model/core/text.h>

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace xray::views {

namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kGap = 2 * kGrid;

QFont nameFont()
{
    QFont font = uiFont();
    font.setWeight(QFont::DemiBold);
    return font;
}

bool isGuessed(const Step &step)
{
    return step.origin && (step.origin->typeSource == TypeSource::Name ||
                           step.origin->typeSource == TypeSource::Descendant);
}

QString typeText(const Step &step)
{
    const QString type = QString::fromLatin1(toWord(step.type));
    return isGuessed(step) ? QStringLiteral("%1, guessed").arg(type) : type;
}

/// How the type was found, where a span did not say it.
QString typeSourceText(const Step &step)
{
    if (!step.origin)
        return {};
    switch (step.origin->typeSource) {
    case TypeSource::Name:
        return QStringLiteral("The span does not say its type; it is guessed from its name.");
    case TypeSource::Descendant:
        return QStringLiteral("The span does not say its type; it is guessed because it calls a "
                              "model.");
    case TypeSource::Rule:
        return QStringLiteral("A rule of yours gives it this type.");
    case TypeSource::Role:
    case TypeSource::Default:
        break;
    }
    return {};
}

} // namespace

InspectorHeader::InspectorHeader(QWidget *parent)
    : QWidget(parent)
    , m_previous(makeButton(QStringLiteral("‹ prev"), QStringLiteral("Previous step")))
    , m_next(makeButton(QStringLiteral("next ›"), QStringLiteral("Next step")))
{
    setFixedHeight(kPanelHeaderHeight);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kMargin, 0, kMargin, 1);
    layout->setSpacing(0);
    layout->addStretch();
    layout->addWidget(m_previous);
    layout->addWidget(m_next);
    connect(m_previous, &QToolButton::clicked, this, &InspectorHeader::previousRequested);
    connect(m_next, &QToolButton::clicked, this, &InspectorHeader::nextRequested);
    clear();
}

QToolButton *InspectorHeader::makeButton(const QString &text, const QString &name)
{
    auto *button = new QToolButton(this);
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void InspectorHeader::setStep(const Step &step)
{
    m_step = step;
    describe();
}

void InspectorHeader::setPosition(qsizetype index, qsizetype total)
{
    m_index = index;
    m_total = total;
    m_previous->setVisible(total > 0);
    m_next->setVisible(total > 0);
    m_previous->setEnabled(index > 1);
    m_next->setEnabled(index < total);
    describe();
}

void InspectorHeader::clear()
{
    m_step.reset();
    setPosition(0, 0);
}

QString InspectorHeader::placeText() const
{
    if (m_total <= 0)
        return {};
    return QStringLiteral("step %1 of %2").arg(formatCount(m_index), formatCount(m_total));
}

void InspectorHeader::describe()
{
    if (m_step) {
        const QString type = QString::fromLatin1(toWord(m_step->type));
        setAccessibleName(QStringLiteral("%1, %2, %3").arg(m_step->name, type, placeText()));
        const QString source = typeSourceText(*m_step);
        setToolTip(QStringLiteral("%1 (%2)").arg(m_step->name, type) +
                   (source.isEmpty() ? QString() : QLatin1Char('\n') + source));
    } else {
        setAccessibleName(QStringLiteral("No step selected"));
        setToolTip({});
    }
    update();
}

void InspectorHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
    if (m_step)
        paintStep(painter, theme);
    else
        paintNoStep(painter, theme);
}

void InspectorHeader::paintNoStep(QPainter &painter, const Theme &theme) const
{
    painter.setPen(theme.muted);
    painter.drawText(rect().adjusted(kMargin, 0, 0, -1), Qt::AlignVCenter, QStringLiteral("Step"));
}

void InspectorHeader::paintStep(QPainter &painter, const Theme &theme) const
{
    paintSquare(painter, theme);
    const QString type = typeText(*m_step);
    const QString tail = m_total > 0 ? QStringLiteral("%1 · %2").arg(type, placeText()) : type;
    const int tailWidth = QFontMetrics(smallFont()).horizontalAdvance(tail);
    QRect area = textArea();

    painter.setFont(nameFont());
    painter.setPen(theme.text);
    const QString name = painter.fontMetrics().elidedText(m_step->name, Qt::ElideMiddle,
                                                          area.width() - tailWidth - kGap);
    painter.drawText(area, Qt::AlignVCenter, name);
    area.setLeft(area.left() + painter.fontMetrics().horizontalAdvance(name) + kGap);
    painter.setFont(smallFont());
    painter.setPen(theme.muted);
    painter.drawText(area, Qt::AlignVCenter, tail);
}

void InspectorHeader::paintSquare(QPainter &painter, const Theme &theme) const
{
    paintTypeSquare(painter, {kMargin + kTypeSquareSize / 2.0, (height() - 1) / 2.0},
                    theme.stepType(m_step->type));
}

/// Between the square and the buttons.
QRect InspectorHeader::textArea() const
{
    const int left = kMargin + kTypeSquareSize + kGap;
    const int right = m_previous->isVisibleTo(this) ? m_previous->x() : width() - kMargin;
    return {left, 0, right - kGap - left, height() - 1};
}

} // namespace xray::views
