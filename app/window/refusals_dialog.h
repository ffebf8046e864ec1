// SPDX-License-Identifier: GPL-3.0-or-later
// What the listener refused lately, from whom and why, newest first. GUI thread.
#pragma once

#include <model/ingest/listener_stats.h>

#include <QDialog>

#include <vector>

namespace xray::app {

class RefusalsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `refusals` is oldest first, as the listener keeps them.
    explicit RefusalsDialog(const std::vector<ingest::Refusal> &refusals,
                            QWidget *parent = nullptr);

private:
    void showNone();
    void showTable(const std::vector<ingest::Refusal> &refusals);
};

} // namespace xray::app
