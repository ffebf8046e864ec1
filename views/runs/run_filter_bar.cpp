// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_filter_bar.h"

#include "views/runs/run_filter_popup.h"

#include <views/look/chip.h>
#include <views/look/icons.h>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include <utility>

namespace xray::views {

namespace {

constexpr int kTypingMs = 200;

} // namespace

RunFilterBar::RunFilterBar(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_more(new QToolButton(this))
    , m_chipRow(new QWidget(this))
    , m_chips(new QHBoxLayout(m_chipRow))
    , m_popup(new RunFilterPopup(this))
{
    m_search->setPlaceholderText(QStringLiteral("Search runs and payloads"));
    m_search->setAccessibleName(QStringLiteral("Search runs"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(QLatin1String("search")), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    m_more->setIcon(icon(QLatin1String("filter")));
    m_more->setToolTip(QStringLiteral("Filter by status, pipeline, environment, time"));
    m_more->setAccessibleName(QStringLiteral("Filter runs"));
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_chips->setContentsMargins(0, 0, 0, 0);
    m_chips->setSpacing(kGrid);
    auto *top = new QHBoxLayout;
    top->setSpacing(kGrid);
    top->addWidget(m_search, 1);
    top->addWidget(m_more);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_chipRow);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &RunFilterBar::takeText);
    connect(m_search, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_more, &QToolButton::clicked, this, &RunFilterBar::openPopup);
    connect(m_popup, &RunFilterPopup::filterEdited, this, &RunFilterBar::applyFilter);
    rebuildChips();
}

void RunFilterBar::setFilter(const RunFilter &filter)
{
    m_filter = filter;
    if (m_search->text() != filter.text) {
        const QSignalBlocker quiet(m_search);
        m_search->setText(filter.text);
    }
    m_popup->setFilter(filter);
    rebuildChips();
}

void RunFilterBar::applyFilter(const RunFilter &filter)
{
    if (filter == m_filter)
        return;
    m_typing.stop();
    setFilter(filter);
    Q_EMIT filterChanged(m_filter);
}

void RunFilterBar::setFacets(const RunFacets &facets)
{
    m_popup->setFacets(facets);
}

void RunFilterBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void RunFilterBar::openPopup()
{
    m_popup->openUnder(m_more);
}

void RunFilterBar::takeText()
{
    RunFilter filter = m_filter;
    filter.text = m_search->text().trimmed();
    if (filter == m_filter)
        return;
    m_filter = filter; // the field keeps its spaces
    m_popup->setFilter(filter);
    Q_EMIT filterChanged(m_filter);
}

bool RunFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Down:
        m_typing.stop();
        takeText();
        Q_EMIT leftDownwards();
        return true;
    case Qt::Key_Escape:
        if (m_search->text().isEmpty())
            return false;
        m_search->clear();
        return true;
    default:
        return false;
    }
}

// ---- chips -----------------------------------------------------------------------------------

void RunFilterBar::addChip(const QString &text, std::optional<RunStatus> status,
                           const std::function<void(RunFilter &)> &remove)
{
    auto *chip = new Chip(Chip::Kind::Removable, text, m_chipRow);
    chip->setStatus(status);
    chip->setAccessibleName(QStringLiteral("Remove filter %1").arg(text));
    chip->setToolTip(QStringLiteral("Remove filter %1").arg(text));
    m_chips->addWidget(chip);
    connect(chip, &Chip::clicked, this, [this, remove] {
        RunFilter filter = m_filter;
        remove(filter);
        applyFilter(filter);
    });
}

void RunFilterBar::rebuildChips()
{
    while (QLayoutItem *item = m_chips->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater(); // it may be the one that was clicked
        }
        delete item;
    }
    for (const RunStatus status : m_filter.statuses)
        addChip(QLatin1String(toWord(status)), status,
                [status](RunFilter &filter) { std::erase(filter.statuses, status); });
    for (const QString &name : std::as_const(m_filter.pipelines))
        addChip(name, {}, [name](RunFilter &filter) { filter.pipelines.removeAll(name); });
    for (const QString &name : std::as_const(m_filter.environments))
        addChip(name.isEmpty() ? QStringLiteral("no environment") : name, {},
                [name](RunFilter &filter) { filter.environments.removeAll(name); });
    if (!m_filter.session.isEmpty())
        addChip(QStringLiteral("session ") + m_filter.session, {},
                [](RunFilter &filter) { filter.session.clear(); });
    addTimeChip();
    m_chipRow->setVisible(m_chips->count() > 0);
    m_chips->addStretch();
}

void RunFilterBar::addTimeChip()
{
    if (!m_filter.startedFrom && !m_filter.startedTo)
        return;
    const TimeNs now = nowNs();
    QStringList parts;
    if (m_filter.startedFrom)
        parts +=
            QStringLiteral("since ") + formatLocal(*m_filter.startedFrom, now).section(u'.', 0, 0);
    if (m_filter.startedTo)
        parts +=
            QStringLiteral("until ") + formatLocal(*m_filter.startedTo, now).section(u'.', 0, 0);
    addChip(parts.join(u' '), {}, [](RunFilter &filter) {
        filter.startedFrom.reset();
        filter.startedTo.reset();
    });
}

} // namespace xray::views
