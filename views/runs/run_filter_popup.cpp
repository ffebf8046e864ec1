// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_filter_popup.h"

#include <model/core/text.h>
#include <views/look/theme.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace xray::views {

namespace {

constexpr int kWidth = 300;
constexpr int kTallest = 460;
constexpr const char *kName = "facetName";

struct TimeChoice
{
    const char *text;
    DurationNs reach; ///< back from now; 0 for any time
};

constexpr std::array kTimes{
    TimeChoice{"Any time", 0},
    TimeChoice{"Last 15 minutes", 15 * kNsPerMinute},
    TimeChoice{"Last hour", kNsPerHour},
    TimeChoice{"Last 24 hours", kNsPerDay},
    TimeChoice{"Last 7 days", 7 * kNsPerDay},
};

/// What is checked but has no entry any more must stay visible, or nobody could uncheck it.
std::vector<RunFacets::Entry> withChecked(std::vector<RunFacets::Entry> entries,
                                          const QStringList &checked)
{
    for (const QString &name : checked)
        if (std::ranges::find(entries, name, &RunFacets::Entry::name) == entries.end())
            entries.push_back({name, 0});
    return entries;
}

} // namespace

RunFilterPopup::RunFilterPopup(QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_time(new QComboBox(this))
{
    setObjectName(QStringLiteral("popup"));
    setAccessibleName(QStringLiteral("Filter runs"));
    auto *content = new QWidget;
    auto *page = new QVBoxLayout(content);
    page->setContentsMargins(12, 8, 12, 12);
    page->setSpacing(4);
    addTimes(page);
    m_statuses = addSection(page, QStringLiteral("Status"));
    m_pipelines = addSection(page, QStringLiteral("Pipeline"));
    m_environments = addSection(page, QStringLiteral("Environment"));
    page->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(scroll);
}

void RunFilterPopup::addTimes(QVBoxLayout *page)
{
    auto *title = new QLabel(QStringLiteral("Started"), this);
    title->setProperty("role", QStringLiteral("heading"));
    title->setBuddy(m_time);
    for (const TimeChoice &choice : kTimes)
        m_time->addItem(QLatin1String(choice.text));
    m_time->setAccessibleName(title->text());
    connect(m_time, &QComboBox::activated, this, &RunFilterPopup::takeTime);
    page->addWidget(title);
    page->addWidget(m_time);
}

RunFilterPopup::Section RunFilterPopup::addSection(QVBoxLayout *page, const QString &title)
{
    auto *label = new QLabel(title, this);
    label->setProperty("role", QStringLiteral("heading"));
    label->setContentsMargins(0, 8, 0, 0);
    page->addWidget(label);
    Section section{new QVBoxLayout, {}};
    section.layout->setSpacing(4);
    page->addLayout(section.layout);
    return section;
}

void RunFilterPopup::setFacets(const RunFacets &facets)
{
    m_facets = facets;
    rebuild();
}

void RunFilterPopup::setFilter(const RunFilter &filter)
{
    m_filter = filter;
    rebuild();
}

void RunFilterPopup::rebuild()
{
    fillStatuses();
    fill(m_pipelines, withChecked(m_facets.pipelines, m_filter.pipelines), m_filter.pipelines);
    fill(m_environments, withChecked(m_facets.environments, m_filter.environments),
         m_filter.environments);
    showTime();
}

void RunFilterPopup::fillStatuses()
{
    std::vector<RunFacets::Entry> entries;
    QStringList checked;
    for (int value = 0; value < kRunStatusCount; ++value) {
        const auto count = value < std::ssize(m_facets.statuses)
                               ? m_facets.statuses[static_cast<size_t>(value)]
                               : 0;
        entries.push_back({QLatin1String(toWord(static_cast<RunStatus>(value))), count});
    }
    for (const RunStatus status : m_filter.statuses)
        checked += QLatin1String(toWord(status));
    fill(m_statuses, entries, checked);
}

RunFilterPopup::Line RunFilterPopup::addLine(QVBoxLayout *section)
{
    Line line{new QWidget(this), new QCheckBox(this), new QLabel(this)};
    line.count->setProperty("role", QStringLiteral("muted"));
    auto *layout = new QHBoxLayout(line.row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(line.box, 1);
    layout->addWidget(line.count);
    section->addWidget(line.row);
    connect(line.box, &QCheckBox::clicked, this, &RunFilterPopup::takeChecks);
    return line;
}

/// Lines are used again, so the keyboard does not lose its place.
void RunFilterPopup::fill(Section &section, const std::vector<RunFacets::Entry> &entries,
                          const QStringList &checked)
{
    for (; section.lines.size() > entries.size(); section.lines.pop_back())
        delete section.lines.back().row;
    while (section.lines.size() < entries.size())
        section.lines.push_back(addLine(section.layout));
    for (size_t i = 0; i < entries.size(); ++i) {
        const auto &[name, count] = entries[i];
        const Line &line = section.lines[i];
        const QString label = name.isEmpty() ? QStringLiteral("none") : name;
        line.box->setText(QString(label).replace(u'&', QStringLiteral("&&")));
        line.box->setAccessibleName(QStringLiteral("%1, %2 runs").arg(label).arg(count));
        line.box->setProperty(kName, name);
        line.box->setChecked(checked.contains(name));
        line.count->setText(formatCount(count));
    }
}

/// The choice whose reach is nearest to the filter's, which was reckoned from an earlier now.
void RunFilterPopup::showTime()
{
    const auto reach = m_filter.startedFrom ? nowNs() - *m_filter.startedFrom : 0;
    const auto distance = [reach](const TimeChoice &choice) { return qAbs(choice.reach - reach); };
    const auto nearest = m_filter.startedFrom ? std::ranges::min_element(kTimes.begin() + 1,
                                                                         kTimes.end(), {}, distance)
                                              : kTimes.begin();
    m_time->setCurrentIndex(static_cast<int>(nearest - kTimes.begin()));
}

QStringList RunFilterPopup::checkedNames(const Section &section)
{
    QStringList names;
    for (const Line &line : section.lines)
        if (line.box->isChecked())
            names += line.box->property(kName).toString();
    return names;
}

void RunFilterPopup::takeChecks()
{
    m_filter.pipelines = checkedNames(m_pipelines);
    m_filter.environments = checkedNames(m_environments);
    m_filter.statuses.clear();
    for (const QString &word : checkedNames(m_statuses))
        if (const auto status = runStatusFromWord(word.toStdString()))
            m_filter.statuses.push_back(*status);
    Q_EMIT filterEdited(m_filter);
}

void RunFilterPopup::takeTime(int choice)
{
    const DurationNs reach = kTimes.at(static_cast<size_t>(choice)).reach;
    m_filter.startedFrom = reach == 0 ? std::nullopt : std::optional(nowNs() - reach);
    m_filter.startedTo.reset();
    Q_EMIT filterEdited(m_filter);
}

void RunFilterPopup::openUnder(const QWidget *anchor)
{
    auto *content = findChild<QScrollArea *>()->widget();
    ensurePolished();
    content->layout()->activate();
    resize(kWidth, qMin(kTallest, content->sizeHint().height() + 4));
    const QPoint corner = anchor->mapToGlobal(QPoint(anchor->width(), anchor->height() + kGrid));
    move(qMax(0, corner.x() - kWidth), corner.y());
    show();
    m_time->setFocus(Qt::PopupFocusReason);
}

} // namespace xray::views
