// SPDX-License-Identifier: GPL-3.0-or-later
// A store and the listener that fills it, put together: what the desktop app and `xrayctl serve`
// have in common. The listener runs while this process holds the writer lease; while another holds
// it, the store is watched, and the listener starts as soon as the lease is ours. Lives on the
// thread it was made for (the GUI thread in the app); its own work happens on others.
#pragma once

#include "app/host/rules_file.h"

#include <model/core/ports.h>
#include <model/ingest/listener.h>
#include <model/store/store.h>

#include <QFuture>
#include <QObject>

#include <atomic>
#include <memory>

namespace xray::app {

enum class Listening { Off, On };

struct HostOptions
{
    store::StoreOptions store;
    ingest::ListenerOptions listener;
    Listening listening = Listening::On;
    /// Followed while the store is open, if it has places; store.traceMapper is what it said at the
    /// start.
    RulesFile rules = {};
};

/// What the status bar says.
struct HostState
{
    enum class Kind {
        Listening,
        Watching,     ///< another process writes and listens; we show what it stores
        NotListening, ///< switched off, or failed: `problem` says why
        ReadOnly,
    };
    Kind kind = Kind::NotListening;
    QString address = {};        ///< "127.0.0.1:4318" while listening
    QString holder = {};         ///< who writes, when it is not us
    bool isHolderSilent = false; ///< it was stopped or hangs
    std::optional<Error> problem = {};
    QString otherStore = {}; ///< URL of the store that the X-Ray on our port keeps
    /// Why the store cannot be written now, and what to do; what arrives waits in the spool.
    std::optional<Error> storeTrouble = {};
    /// Why the rules file, which was changed, is not followed; the rules of before count.
    std::optional<Error> rulesProblem = {};

    [[nodiscard]] bool isListening() const { return kind == Kind::Listening; }
    /// Why what arrives is not stored now, or not mapped as it should be, and what to do, in words
    /// for people; empty when all is well.
    [[nodiscard]] QString trouble() const;
};

class Host : public QObject
{
    Q_OBJECT

public:
    /// Opens the store (blocking: not on the GUI thread) and moves the host to `home`'s thread (the
    /// current one without it), where start() must be called next.
    [[nodiscard]] static Result<std::unique_ptr<Host>> open(HostOptions options, QObject *home);
    /// Shuts down if need be, and waits for it.
    ~Host() override;

    /// Finishes requests, stops the listener, writes what is queued; on another thread, within some
    /// seconds. The ports must not be used any more.
    QFuture<void> shutDown();

    /// Starts what the role allows. On the host's own thread.
    void start();

    [[nodiscard]] const store::StoreUrl &url() const;
    [[nodiscard]] QString filePath() const;
    [[nodiscard]] RunSource &source();
    [[nodiscard]] query::QuerySource &queries();
    [[nodiscard]] EventSink &sink();
    [[nodiscard]] ChangeFeed &changes();
    [[nodiscard]] SinkStats sinkStats() const;
    [[nodiscard]] std::optional<ingest::ListenerStats> listenerStats() const;
    [[nodiscard]] std::vector<ingest::Refusal> refusals() const;
    [[nodiscard]] HostState state() const { return m_state; }

    /// Fills an empty store with the demo, in the background.
    void fillWithDemoIfEmpty();

    /// Listens on another port of the same host; used when the first one is taken.
    void listenOn(quint16 port);

Q_SIGNALS:
    void stateChanged(const xray::app::HostState &state);

private:
    explicit Host(HostOptions options);
    void followRole(const store::WriterRole &role);
    void startListener();
    void tellWhoListens(const Error &conflict);
    void followTrouble(const std::optional<Error> &trouble);
    void followRules();
    void setState(HostState state);

    HostOptions m_options;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<ingest::Listener> m_listener;
    std::unique_ptr<RulesWatcher> m_rules;
    HostState m_state;
    std::optional<store::WriterRole> m_role; ///< that was followed last
    bool m_isStarted = false;
    QFuture<void> m_demo;
    std::shared_ptr<std::atomic<bool>> m_stopDemo = std::make_shared<std::atomic<bool>>(false);
};

} // namespace xray::app
