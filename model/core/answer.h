// SPDX-License-Identifier: GPL-3.0-or-later
// How an answer is taken: by the GUI thread, and by threads that may wait. QFuture::then(context,
// …) of Qt 6.4 aborts when the context is destroyed before the answer comes, and looks at it from
// the answering thread; this does neither.
#pragma once

#include "model/core/result.h"

#include <QFutureWatcher>

#include <memory>
#include <utility>

namespace xray {

/// Calls `function` with the answer, later, on the thread of `context`, which is the caller's; not
/// at all if the context is gone by then or the answering side went away without a word.
template<class T, class Function>
void whenAnswered(const QFuture<T> &answer, QObject *context, Function &&function)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, function = std::forward<Function>(function)]() mutable {
                         watcher->deleteLater();
                         if (watcher->future().resultCount() > 0)
                             function(watcher->result());
                     });
    watcher->setFuture(answer);
}

/// The answer, waited for; not on the GUI thread. Unavailable if the answering side went away
/// without a word.
template<class T>
[[nodiscard]] Result<std::shared_ptr<const T>>
await(QFuture<Result<std::shared_ptr<const T>>> answer)
{
    answer.waitForFinished();
    if (answer.resultCount() == 0)
        return Error{ErrorCode::Unavailable, QStringLiteral("The store was closed.")};
    return answer.result();
}

} // namespace xray
