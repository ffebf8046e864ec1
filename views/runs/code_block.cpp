// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/code_block.h"

#include <views/look/icons.h>
#include <views/look/theme.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace xray::views {

namespace {

constexpr int kThanksMs = 1500;
constexpr int kMargin = 8;

} // namespace

CodeBlock::CodeBlock(const QString &heading, QWidget *parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit(this))
    , m_copy(new QPushButton(icon(QLatin1String("copy")), QStringLiteral("Copy"), this))
{
    auto *title = new QLabel(heading, this);
    title->setProperty("role", QStringLiteral("heading"));
    m_copy->setProperty("look", QStringLiteral("flat"));
    m_copy->setAccessibleName(QStringLiteral("Copy the lines for %1").arg(heading));
    m_text->setProperty("look", QStringLiteral("field"));
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setFont(codeFont());
    m_text->setAccessibleName(heading);
    m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch();
    head->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(head);
    layout->addWidget(m_text);
    m_thanks.setSingleShot(true);
    m_thanks.setInterval(kThanksMs);
    connect(&m_thanks, &QTimer::timeout, this, [this] { m_copy->setText(QStringLiteral("Copy")); });
    connect(m_copy, &QPushButton::clicked, this, &CodeBlock::copy);
}

void CodeBlock::setCode(const QString &code)
{
    m_text->setPlainText(code);
    const auto lines = static_cast<int>(code.count(u'\n')) + 1;
    const int height = QFontMetrics(m_text->font()).lineSpacing() * lines;
    m_text->setFixedHeight(height + 4 * kMargin);
}

QString CodeBlock::code() const
{
    return m_text->toPlainText();
}

void CodeBlock::copy()
{
    QGuiApplication::clipboard()->setText(code());
    m_copy->setText(QStringLiteral("Copied"));
    m_thanks.start();
}

} // namespace xray::views
