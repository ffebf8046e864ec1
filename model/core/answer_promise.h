// SPDX-License-Identifier: GPL-3.0-or-later
// The answering side of an answer, and how threads without an event loop take it. When
// QFuture::then() of Qt 6.4 meets a future that another thread is just finishing, it runs the
// continuation on both threads, the second time without a promise: a crash. Here the two exclude
// each other. Any thread. See docs/decisions/006.
#pragma once

#include <QFuture>
#include <QFutureInterface>

#include <mutex>
#include <utility>

namespace xray {

namespace detail {

/// Held while a future turns finished, and while a continuation is attached to one that has not.
/// Nothing that takes time happens under it.
inline std::mutex &turningFinished()
{
    static std::mutex mutex;
    return mutex;
}

} // namespace detail

/// Delivers one answer. Gone without, it finishes the future without a result.
template<class Answer>
class AnswerPromise
{
public:
    AnswerPromise() { m_state.reportStarted(); }
    AnswerPromise(const AnswerPromise &) = delete;
    AnswerPromise &operator=(const AnswerPromise &) = delete;
    ~AnswerPromise()
    {
        if (!m_state.isFinished()) {
            {
                const std::lock_guard lock(detail::turningFinished());
                m_state.cancelAndFinish();
            }
            m_state.runContinuation();
        }
        m_state.cleanContinuation();
    }

    [[nodiscard]] QFuture<Answer> future() { return m_state.future(); }
    /// Once.
    void deliver(Answer answer)
    {
        m_state.reportResult(std::move(answer));
        {
            const std::lock_guard lock(detail::turningFinished());
            m_state.QFutureInterfaceBase::reportFinished();
        }
        m_state.runContinuation();
    }

private:
    struct State : QFutureInterface<Answer>
    {
        using QFutureInterfaceBase::cleanContinuation;
        using QFutureInterfaceBase::runContinuation;
    };
    State m_state;
};

/// Calls `function` with the answer of an AnswerPromise: at once when it is there, else on the
/// thread that delivers it; not at all when there is none.
template<class Answer, class Function>
void onAnswer(QFuture<Answer> answer, Function function)
{
    {
        const std::lock_guard lock(detail::turningFinished());
        if (!answer.isFinished()) {
            answer.then(std::move(function));
            return;
        }
    }
    if (answer.resultCount() > 0)
        function(answer.result());
}

} // namespace xray
