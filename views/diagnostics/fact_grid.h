// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of facts side by side, each a title above names and values. The widgets stay while only
// values change. Owned by the diagnostics view; GUI thread.
#pragma once

#include "views/diagnostics/diagnostics_snapshot.h"

#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QLabel;

namespace xray::views {

class FactGrid final : public QWidget
{
    Q_OBJECT

public:
    explicit FactGrid(QWidget *parent = nullptr);

    void setGroups(const std::vector<DiagnosticsGroup> &groups);

private:
    [[nodiscard]] bool hasSameNames(const std::vector<DiagnosticsGroup> &groups) const;
    void rebuild(const std::vector<DiagnosticsGroup> &groups);
    void addFacts(QGridLayout *grid, const DiagnosticsGroup &group);
    void showValues();

    std::vector<DiagnosticsGroup> m_groups;
    QHBoxLayout *m_columns;
    std::vector<QLabel *> m_values; ///< of all groups, in order
};

} // namespace xray::views
