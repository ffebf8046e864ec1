// SPDX-License-Identifier: GPL-3.0-or-later
// Tells one run as the events a pipeline would have sent: a start, steps one after the other or
// side by side, errors, an end. Ids come from the run's time and the generator's chance, so they
// repeat with the seed. On its caller's thread.
#pragma once

#include "app/demo/random.h"

#include <model/core/event.h>

#include <vector>

namespace xray::app {

/// A step to be told. Payloads are JSON texts of objects; empty ones are not logged.
struct StepSpec
{
    QByteArray name;
    StepType type = StepType::Analysis;
    double durationMs = 0;
    JsonText input = {};
    JsonText output = {};
    JsonText reasoning = {};
    StepStatus status = StepStatus::Completed;
};

/// Something that went wrong, in a step or (without one) in the run.
struct ErrorSpec
{
    QByteArray type;
    QByteArray message;
    QByteArray stack = {};
    JsonText payload = {};
};

class RunBuilder
{
public:
    RunBuilder(Random &random, const char *pipeline, TimeNs startedAt);

    /// To fill in environment, metadata, tags, session, trigger.
    [[nodiscard]] ExecutionEvent &run() { return std::get<ExecutionEvent>(m_events.front()); }
    [[nodiscard]] TimeNs now() const { return m_now; }

    /// The step runs now; the next one after it.
    StepId step(const StepSpec &spec);
    /// The step runs inside `parent`, from `offsetMs` after the parent's start; time stays.
    StepId childStep(const StepId &parent, double offsetMs, const StepSpec &spec);
    /// Happens where the step ends.
    void error(const StepId &step, const ErrorSpec &spec);
    void runError(const ErrorSpec &spec);

    /// The run ends now.
    [[nodiscard]] std::vector<Event> ended(RunStatus status);
    /// The run is told as far as it got: it runs, or was abandoned (Incomplete).
    [[nodiscard]] std::vector<Event> unended(RunStatus status);

private:
    [[nodiscard]] Uuid newId(TimeNs at);
    StepEvent &append(const StepSpec &spec, TimeNs startedAt);
    void appendError(const ErrorSpec &spec, Field<StepId> step, TimeNs at);
    [[nodiscard]] const StepEvent &find(const StepId &step) const;

    Random &m_random;
    ExecutionId m_id;
    TimeNs m_now;
    qint64 m_steps = 0;
    std::vector<Event> m_events;
};

} // namespace xray::app
