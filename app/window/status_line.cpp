// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/status_line.h"

#include <views/look/marks.h>
#include <views/look/theme.h>

#include <model/core/text.h>

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QToolButton>

#include <cmath>

namespace xray::app {

/// Says in colour what the text beside it says in words.
class StatusLine::Dot : public QWidget
{
public:
    explicit Dot(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(views::kDotDiameter + 2, views::kDotDiameter + 2);
    }

    void show(HostState::Kind kind, bool problem)
    {
        m_kind = kind;
        m_problem = problem;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        views::paintStatusDot(painter, QRectF(rect()).center(), colour());
    }

private:
    QColor colour() const
    {
        const views::Theme &theme = views::themeFor(palette());
        if (m_problem)
            return theme.error;
        switch (m_kind) {
        case HostState::Kind::Listening:
            return theme.ok;
        case HostState::Kind::Watching:
            return theme.accent;
        case HostState::Kind::NotListening:
        case HostState::Kind::ReadOnly:
            return theme.faint;
        }
        return theme.faint;
    }

    HostState::Kind m_kind = HostState::Kind::NotListening;
    bool m_problem = false;
};

namespace {

QLabel *makeLabel(QWidget *parent, const QString &accessibleName)
{
    auto *label = new QLabel(parent);
    label->setAccessibleName(accessibleName);
    label->setFont(views::smallFont());
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QToolButton *makeButton(QWidget *parent, const QString &accessibleName)
{
    auto *button = new QToolButton(parent);
    button->setAccessibleName(accessibleName);
    button->setFont(views::smallFont());
    button->setAutoRaise(true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    return button;
}

QString plural(qint64 count, const char *one, const char *many)
{
    return QStringLiteral("%1 %2").arg(formatCount(count), QLatin1String(count == 1 ? one : many));
}

QString textOf(const HostState &state)
{
    switch (state.kind) {
    case HostState::Kind::Listening:
        return QStringLiteral("Listening on ") + state.address;
    case HostState::Kind::Watching:
        if (state.isHolderSilent)
            return QStringLiteral("%1 holds the store and does not respond").arg(state.holder);
        return state.holder.isEmpty() ? QStringLiteral("Watching: another program writes")
                                      : QStringLiteral("Watching what %1 writes").arg(state.holder);
    case HostState::Kind::ReadOnly:
        return QStringLiteral("Read-only: the store cannot be written from here");
    case HostState::Kind::NotListening:
        return state.problem ? QStringLiteral("Not listening: ") + state.problem->message
                             : QStringLiteral("Not listening");
    }
    return {};
}

} // namespace

StatusLine::StatusLine(QWidget *parent)
    : QWidget(parent)
    , m_dot(new Dot(this))
    , m_listening(makeLabel(this, QStringLiteral("Listener")))
    , m_watch(makeButton(this, QStringLiteral("Watch the store of the other X-Ray")))
    , m_anotherPort(makeButton(this, QStringLiteral("Listen on another port")))
    , m_rate(makeLabel(this, QStringLiteral("Steps per second")))
    , m_rejected(makeButton(this, QStringLiteral("Refused requests")))
    , m_issues(makeLabel(this, QStringLiteral("Steps with issues")))
    , m_store(makeLabel(this, QStringLiteral("Store")))
    , m_totals(makeLabel(this, QStringLiteral("Runs and steps in the store")))
{
    setFixedHeight(views::kStatusBarHeight);
    m_anotherPort->setText(QStringLiteral("Use another port"));
    m_anotherPort->hide();
    m_watch->setText(QStringLiteral("Watch its store"));
    m_watch->hide();
    connect(m_watch, &QToolButton::clicked, this, [this] { Q_EMIT watchRequested(m_otherStore); });
    connect(m_anotherPort, &QToolButton::clicked, this, &StatusLine::anotherPortRequested);
    connect(m_rejected, &QToolButton::clicked, this, &StatusLine::diagnosticsRequested);
    arrange();
}

void StatusLine::arrange()
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3 * views::kGrid, 0, 3 * views::kGrid, 0);
    row->setSpacing(4 * views::kGrid);
    auto *state = new QHBoxLayout;
    state->setSpacing(2 * views::kGrid);
    state->addWidget(m_dot);
    state->addWidget(m_listening);
    state->addWidget(m_watch);
    state->addWidget(m_anotherPort);
    row->addLayout(state);
    for (QWidget *part : {static_cast<QWidget *>(m_rate), static_cast<QWidget *>(m_rejected),
                          static_cast<QWidget *>(m_issues)})
        row->addWidget(part);
    row->addStretch();
    row->addWidget(m_store);
    row->addWidget(m_totals);
}

void StatusLine::setHostState(const HostState &state)
{
    m_dot->show(state.kind, state.problem.has_value() || !state.trouble().isEmpty());
    m_listening->setText(textOf(state));
    m_listening->setToolTip(textOf(state));
    m_otherStore = state.otherStore;
    m_watch->setVisible(!m_otherStore.isEmpty());
    m_anotherPort->setVisible(state.problem && state.problem->code == ErrorCode::Conflict);
}

void StatusLine::setTraffic(const SinkStats &sink, qint64 rejected)
{
    if (m_sinceTraffic.isValid() && m_sinceTraffic.elapsed() > 0) {
        const auto steps = static_cast<double>(sink.acceptedSteps - m_lastSteps);
        const double perSecond = steps * 1000.0 / static_cast<double>(m_sinceTraffic.elapsed());
        m_rate->setText(QStringLiteral("%1 steps/s").arg(formatCount(std::llround(perSecond))));
    }
    m_sinceTraffic.start();
    m_lastSteps = sink.acceptedSteps;
    m_rejected->setText(QStringLiteral("%1 rejected").arg(formatCount(rejected)));
}

void StatusLine::setStore(const store::StoreUrl &url)
{
    m_storeName = url.kind == store::StoreUrl::Kind::SqliteTemporary
                      ? QStringLiteral("sqlite · temporary")
                      : QStringLiteral("sqlite · ") + QFileInfo(url.path).fileName();
    m_store->setText(m_storeName);
    m_store->setToolTip(url.toString());
}

void StatusLine::setTotals(const StoreTotals &totals)
{
    m_store->setText(
        m_storeName + QStringLiteral(" · ") +
        QLocale::c().formattedDataSize(totals.fileBytes, 1, QLocale::DataSizeTraditionalFormat));
    m_issues->setText(plural(totals.issues, "issue", "issues"));
    m_totals->setText(plural(totals.runs, "run", "runs") + QStringLiteral(" · ") +
                      plural(totals.steps, "step", "steps"));
}

void StatusLine::clear(const QString &text)
{
    m_dot->show(HostState::Kind::NotListening, false);
    m_listening->setText(text);
    m_anotherPort->hide();
    m_watch->hide();
    for (QLabel *label : {m_rate, m_issues, m_store, m_totals})
        label->clear();
    m_rejected->setText({});
    m_sinceTraffic.invalidate();
}

QString StatusLine::listeningText() const
{
    return m_listening->text();
}

void StatusLine::paintEvent(QPaintEvent *)
{
    const views::Theme &theme = views::themeFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(0, 0, width(), 1, theme.line);
}

} // namespace xray::app
