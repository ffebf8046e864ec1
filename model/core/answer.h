// SPDX-License-Identifier: GPL-3.0-or-later
// How the GUI thread takes an answer. QFuture::then(context, …) of Qt 6.4 aborts when the context
// is destroyed before the answer comes, and looks at it from the answering thread; this does
// neither.
#pragma once

#include <QFutureWatcher>

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

} // namespace xray
