// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, steps and errors as the JSON of the HTTP API. What is absent has no key; payloads,
// metadata, metrics, tags and issues are there even when empty. Pure functions, any thread.
#pragma once

#include <model/core/execution.h>
#include <model/core/result.h>

namespace xray::ingest {

void appendExecution(QByteArray &out, const Execution &run);
/// Without payloads when `payloads` is null.
void appendStep(QByteArray &out, const Step &step, const StepPayloads *payloads);
void appendError(QByteArray &out, const ExecutionError &error);

/// {"code","message","field","line"} of a refusal; absent field and line have no key.
void appendRefusal(QByteArray &out, const Error &error);

} // namespace xray::ingest
