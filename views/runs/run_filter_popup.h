// SPDX-License-Identifier: GPL-3.0-or-later
// What the run list can be narrowed by: status, pipeline, environment, time, each with how many
// runs it would leave. Changes apply at once. Opened under the filter button; GUI thread.
#pragma once

#include <model/core/ports.h>

#include <QFrame>

class QCheckBox;
class QComboBox;
class QLabel;
class QVBoxLayout;

namespace xray::views {

class RunFilterPopup final : public QFrame
{
    Q_OBJECT

public:
    explicit RunFilterPopup(QWidget *parent);

    void setFacets(const RunFacets &facets);
    void setFilter(const RunFilter &filter);
    /// Opens with its right upper corner below that of `anchor`.
    void openUnder(const QWidget *anchor);

Q_SIGNALS:
    void filterEdited(const xray::RunFilter &filter);

private:
    /// One name, whether it is wanted, and how many runs carry it.
    struct Line
    {
        QWidget *row = nullptr;
        QCheckBox *box = nullptr;
        QLabel *count = nullptr;
    };
    /// The lines under one heading.
    struct Section
    {
        QVBoxLayout *layout = nullptr;
        std::vector<Line> lines;
    };

    Section addSection(QVBoxLayout *page, const QString &title);
    void addTimes(QVBoxLayout *page);
    Line addLine(QVBoxLayout *section);
    void rebuild();
    void fill(Section &section, const std::vector<RunFacets::Entry> &entries,
              const QStringList &checked);
    void fillStatuses();
    void showTime();
    void takeChecks();
    void takeTime(int choice);
    [[nodiscard]] static QStringList checkedNames(const Section &section);

    RunFacets m_facets;
    RunFilter m_filter;
    Section m_statuses;
    Section m_pipelines;
    Section m_environments;
    QComboBox *m_time;
};

} // namespace xray::views
