// SPDX-License-Identifier: GPL-3.0-or-later
// Work for the thread pool whose result a widget waits for:
// `whenAnswered(inBackground(work), this, show)`.
// The work must not touch widgets, and should look at a ticket when it may take long.
#pragma once

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace xray::views {

template<class Work>
[[nodiscard]] auto inBackground(Work work)
{
    using Value = std::invoke_result_t<Work>;
    auto promise = std::make_shared<QPromise<Value>>(); // the pool wants something copyable
    promise->start();
    QFuture<Value> future = promise->future();
    QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
        promise->addResult(work());
        promise->finish();
    });
    return future;
}

} // namespace xray::views
