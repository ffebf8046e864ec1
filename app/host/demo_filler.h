// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the demo into a store, as fast as its queue takes it and no faster. For `xrayctl demo` and
// `xray --demo`. Blocks: on any thread but the GUI's.
#pragma once

#include <model/core/event.h>
#include <model/core/ports.h>

#include <functional>

namespace xray::app {

/// Submits events and waits while too many are under way; counts what was refused.
class PacedSubmitter
{
public:
    explicit PacedSubmitter(EventSink &sink);
    ~PacedSubmitter();
    PacedSubmitter(const PacedSubmitter &) = delete;
    PacedSubmitter &operator=(const PacedSubmitter &) = delete;

    /// Waits for a place, then queues.
    [[nodiscard]] Result<> submit(std::vector<Event> events);
    /// Waits until everything is stored. The first refusal, if there was one.
    [[nodiscard]] Result<> finish();

private:
    struct State;
    EventSink &m_sink;
    std::shared_ptr<State> m_state;
};

struct DemoRequest
{
    quint64 seed = 1;
    int runs = 0;       ///< 0: the demo's usual number
    TimeNs endTime = 0; ///< when the newest run is; 0 means now
};

/// `progress(done, total)` is called now and then; it may return false to stop.
[[nodiscard]] Result<> fillWithDemo(EventSink &sink, const DemoRequest &request,
                                    const std::function<bool(int done, int total)> &progress);

} // namespace xray::app
