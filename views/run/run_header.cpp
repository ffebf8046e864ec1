// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/run_header.h"

#include "views/look/chip.h"
#include "views/look/elided_label.h"
#include "views/look/theme.h"
#include "views/run/tags_editor.h"

#include <model/core/text.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QToolButton>

#include <array>

namespace xray::views {

namespace {

constexpr int kMargin = 4 * kGrid;
constexpr int kGap = 2 * kGrid;
constexpr int kClockMs = 1'000;
constexpr qsizetype kShortId = 13; ///< the time of a v7 id
constexpr std::array<QLatin1String, 4> kTriggerMembers{
    QLatin1String("type"), QLatin1String("name"), QLatin1String("source"), QLatin1String("kind")};

QHBoxLayout *rowOf(QWidget *widget)
{
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap);
    return row;
}

QString counted(qint64 count, const QString &one, const QString &many)
{
    return count == 1 ? QStringLiteral("1 ") + one : formatCount(count) + u' ' + many;
}

QString durationFact(const Execution &run, TimeNs now)
{
    if (run.duration)
        return formatDuration(*run.duration);
    if (run.status == RunStatus::Running)
        return now - run.startedAt < kNsPerSecond
                   ? QStringLiteral("just started")
                   : QStringLiteral("running for %1").arg(formatDuration(now - run.startedAt));
    return QStringLiteral("no end logged");
}

QString errorFact(const Execution &run)
{
    if (run.errorCount == 0)
        return QStringLiteral("no errors");
    return counted(run.errorCount, QStringLiteral("error"), QStringLiteral("errors"));
}

/// A running run's seconds, so that the line does not change three times a second.
TimeNs toWholeSeconds(TimeNs now, TimeNs startedAt)
{
    return startedAt + (now - startedAt) / kNsPerSecond * kNsPerSecond;
}

} // namespace

QString runFacts(const RunSnapshot &snapshot, TimeNs now)
{
    const Execution &run = snapshot.run;
    QStringList facts{
        formatLocal(run.startedAt, now), durationFact(run, toWholeSeconds(now, run.startedAt)),
        counted(run.stepCount, QStringLiteral("step"), QStringLiteral("steps")), errorFact(run)};
    if (!run.title.isEmpty())
        facts.insert(0, QStringLiteral("“%1”").arg(run.title));
    if (!run.session.isEmpty())
        facts += QStringLiteral("session %1").arg(run.session);
    if (!run.outcome.isEmpty()) // last: it is long, and what is cut off
        facts += QStringLiteral("result “%1”").arg(run.outcome);
    return facts.join(QStringLiteral(" · "));
}

QString triggerText(const QByteArray &trigger)
{
    const QJsonDocument json = QJsonDocument::fromJson("[" + trigger + "]");
    const QJsonValue value = json[0];
    if (value.isString())
        return value.toString();
    for (const QLatin1String member : kTriggerMembers) {
        if (value.toObject().value(member).isString())
            return value.toObject().value(member).toString();
    }
    return {};
}

RunHeader::RunHeader(QWidget *parent)
    : QWidget(parent)
    , m_title(new ElidedLabel)
    , m_status(new Chip(Chip::Kind::Fact))
    , m_environment(new Chip(Chip::Kind::Fact))
    , m_trigger(new Chip(Chip::Kind::Fact))
    , m_tags(new TagsEditor)
    , m_actions(new QWidget)
    , m_facts(new ElidedLabel)
    , m_id(new QLabel)
    , m_copy(new QToolButton)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(kMargin, kGap, kMargin, kGap);
    column->setSpacing(kGrid);
    column->addWidget(makeTitleRow());
    column->addWidget(makeFactsRow());
    connectParts();
    setAccessibleName(QStringLiteral("Run"));
    refresh();
}

QWidget *RunHeader::makeTitleRow()
{
    auto *widget = new QWidget;
    QHBoxLayout *row = rowOf(widget);
    m_title->setFont(titleFont());
    row->addWidget(m_title);
    for (QWidget *part : {static_cast<QWidget *>(m_status), static_cast<QWidget *>(m_environment),
                          static_cast<QWidget *>(m_trigger), static_cast<QWidget *>(m_tags)})
        row->addWidget(part);
    row->addStretch(1);
    row->addWidget(m_actions);
    rowOf(m_actions);
    return widget;
}

QWidget *RunHeader::makeFactsRow()
{
    auto *widget = new QWidget;
    QHBoxLayout *row = rowOf(widget);
    m_facts->setFont(smallFont());
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_id->setFont(codeFont());
    m_id->setForegroundRole(QPalette::PlaceholderText);
    m_copy->setText(QStringLiteral("copy id"));
    m_copy->setFont(smallFont());
    m_copy->setAutoRaise(true);
    m_copy->setAccessibleName(QStringLiteral("Copy the run's id"));
    row->addWidget(m_facts);
    row->addWidget(m_id);
    row->addWidget(m_copy);
    row->addStretch(1);
    return widget;
}

void RunHeader::connectParts()
{
    m_clock.setInterval(kClockMs);
    connect(&m_clock, &QTimer::timeout, this, [this] { m_facts->setText(factsText()); });
    connect(m_copy, &QToolButton::clicked, this, &RunHeader::copyId);
    connect(m_tags, &TagsEditor::edited, this, [this](const QStringList &tags) {
        if (m_snapshot)
            Q_EMIT tagsEdited(m_snapshot->run.id, tags);
    });
}

void RunHeader::setSnapshot(RunSnapshotPtr snapshot)
{
    const bool sameRun = snapshot && m_snapshot && snapshot->run.id == m_snapshot->run.id;
    if (!sameRun)
        m_tags->cancelEdit();
    m_snapshot = std::move(snapshot);
    refresh();
}

void RunHeader::editTags()
{
    if (m_snapshot)
        m_tags->beginEdit();
}

void RunHeader::addAction(QWidget *button)
{
    m_actions->layout()->addWidget(button);
}

QString RunHeader::factsText() const
{
    return m_snapshot ? runFacts(*m_snapshot, nowNs()) : QString();
}

void RunHeader::refresh()
{
    for (QWidget *part : {static_cast<QWidget *>(m_status), static_cast<QWidget *>(m_tags),
                          static_cast<QWidget *>(m_id), static_cast<QWidget *>(m_copy)})
        part->setVisible(m_snapshot != nullptr);
    const Execution run = m_snapshot ? m_snapshot->run : Execution();
    const QString trigger = triggerText(run.trigger);
    m_title->setText(run.pipelineName);
    m_environment->setText(run.environment);
    m_environment->setVisible(!run.environment.isEmpty());
    m_trigger->setText(QStringLiteral("trigger: %1").arg(trigger));
    m_trigger->setVisible(!trigger.isEmpty());
    m_tags->setTags(run.tags);
    m_facts->setText(factsText());
    m_id->setText(run.id.toString().left(kShortId) + u'…');
    m_id->setToolTip(run.id.toString());
    m_status->setText(QString::fromLatin1(toWord(run.status)));
    m_status->setStatus(run.status);
    if (m_snapshot && run.status == RunStatus::Running)
        m_clock.start();
    else
        m_clock.stop();
}

void RunHeader::copyId()
{
    if (m_snapshot)
        QGuiApplication::clipboard()->setText(m_snapshot->run.id.toString());
}

} // namespace xray::views
