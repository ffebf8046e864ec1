// SPDX-License-Identifier: GPL-3.0-or-later
// The line at the bottom: whether we are listening and how fast, what was refused, where the data
// lives and how much of it there is. Its counts are always the store's own. Owned by the main
// window; GUI thread.
#pragma once

#include "app/host/host.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace xray::app {

class StatusLine : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent = nullptr);

    void setHostState(const HostState &state);
    /// Counters since start; the rate is of the steps accepted since the last call.
    void setTraffic(const SinkStats &sink, qint64 rejected);
    void setStore(const store::StoreUrl &url);
    void setTotals(const StoreTotals &totals);
    /// No store is open: `text` says why.
    void clear(const QString &text);

    [[nodiscard]] QString listeningText() const;

Q_SIGNALS:
    /// The store of the X-Ray that has our port is to be watched.
    void watchRequested(const QString &storeUrl);
    /// Another port was asked for, because the first is taken.
    void anotherPortRequested();
    /// Is it working, what was refused, and why?
    void diagnosticsRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    class Dot;

    void arrange();

    Dot *m_dot;
    QLabel *m_listening;
    QToolButton *m_watch;
    QToolButton *m_anotherPort;
    QLabel *m_rate;
    QToolButton *m_rejected;
    QLabel *m_issues;
    QLabel *m_store;
    QLabel *m_totals;
    QString m_storeName;
    QString m_otherStore;
    QElapsedTimer m_sinceTraffic;
    qint64 m_lastSteps = 0;
};

} // namespace xray::app
