// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/raw_view.h"

#include "views/inspector/background.h"
#include "views/look/theme.h"

#include <model/core/answer.h>

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QToolButton>

namespace xray::views {

namespace {

enum Choice { Input, Output, Reasoning };

constexpr int kMargin = 2 * kGrid;

QString sizeText(qsizetype bytes)
{
    return QLocale(QLocale::English)
        .formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

items::IndentedJson firstBytesOf(const QByteArray &json)
{
    return {.text = json.left(RawView::kMostBytes), .cut = json.size() > RawView::kMostBytes};
}

} // namespace

RawView::RawView(QWidget *parent)
    : QWidget(parent)
    , m_bar(new QWidget)
    , m_choice(new QButtonGroup(this))
    , m_size(new QLabel)
    , m_text(new QPlainTextEdit)
{
    buildBar();
    m_text->setReadOnly(true);
    m_text->setFont(codeFont());
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->document()->setDocumentMargin(3 * kGrid);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(QStringLiteral("Payload as JSON text"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_text, 1);
}

void RawView::buildBar()
{
    auto *layout = new QHBoxLayout(m_bar);
    layout->setContentsMargins(kMargin, kGrid, kMargin, kGrid);
    layout->setSpacing(kGrid);
    const auto add = [&](const QString &text, Choice choice) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setCheckable(true);
        button->setAutoRaise(true);
        m_choice->addButton(button, choice);
        layout->addWidget(button);
    };
    add(QStringLiteral("Input"), Input);
    add(QStringLiteral("Output"), Output);
    add(QStringLiteral("Reasoning"), Reasoning);
    m_choice->button(Reasoning)->setChecked(true);
    auto *copy = new QToolButton;
    copy->setText(QStringLiteral("Copy all"));
    copy->setAutoRaise(true);
    layout->addStretch();
    layout->addWidget(m_size);
    layout->addWidget(copy);
    m_size->setFont(smallFont());
    m_size->setForegroundRole(QPalette::PlaceholderText);
    connect(m_choice, &QButtonGroup::idClicked, this, &RawView::showChosen);
    connect(copy, &QToolButton::clicked, this, &RawView::copyAll);
}

void RawView::setInsight(std::shared_ptr<const StepInsight> insight)
{
    m_insight = std::move(insight);
    showChosen();
}

const Payload *RawView::chosen() const
{
    if (m_insight == nullptr)
        return nullptr;
    switch (static_cast<Choice>(m_choice->checkedId())) {
    case Input:
        return &m_insight->input;
    case Output:
        return &m_insight->output;
    case Reasoning:
        return &m_insight->reasoning;
    }
    return nullptr;
}

void RawView::showChosen()
{
    const Payload *payload = chosen();
    if (payload == nullptr || payload->json.isEmpty()) {
        m_tickets.cancel();
        m_text->setPlainText(QString());
        m_text->setPlaceholderText(QStringLiteral("This step logged none."));
        m_size->clear();
        return;
    }
    layOut(*payload);
}

void RawView::layOut(const Payload &payload)
{
    const Ticket ticket = m_tickets.issue();
    auto text = inBackground([json = payload.json, tree = payload.tree] {
        return tree ? items::indentedJson(*tree, kMostBytes) : firstBytesOf(json);
    });
    whenAnswered(text, this, [this, ticket](const items::IndentedJson &json) {
        if (!ticket.isCancelled())
            takeText(json);
    });
}

void RawView::takeText(const items::IndentedJson &json)
{
    const QString shown = QString::fromUtf8(json.text);
    if (m_text->toPlainText() != shown)
        m_text->setPlainText(shown);
    const QString whole = sizeText(chosen()->json.size());
    m_size->setText(
        json.cut ? QStringLiteral("first %1 of %2").arg(sizeText(json.text.size()), whole) : whole);
}

void RawView::copyAll() const
{
    if (const Payload *payload = chosen())
        QGuiApplication::clipboard()->setText(QString::fromUtf8(payload->json));
}

} // namespace xray::views
