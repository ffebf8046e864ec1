// SPDX-License-Identifier: GPL-3.0-or-later
// The store's reader threads, each with a read-only connection of its own. Two lanes: quick
// questions never wait behind one that may scan the whole store. Each question has a ticket; a
// cancelled one is interrupted where it runs, or answered without being started.
#pragma once

#include "model/store/run_reader.h"

#include <model/core/answer_promise.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace xray::store {

enum class Lane {
    Quick, ///< a page, a run, a step: milliseconds
    Scan,  ///< may look at every row
};

class ReaderPool
{
public:
    /// Opens no connection yet; each thread opens its own before its first question.
    ReaderPool(QString path, int quickThreads, int scanThreads);
    /// Interrupts what runs; whoever still waits gets Cancelled.
    ~ReaderPool();
    ReaderPool(const ReaderPool &) = delete;
    ReaderPool &operator=(const ReaderPool &) = delete;

    template<class T>
    Answer<T> ask(Lane lane, Ticket ticket, std::function<Read<T>(RunReader &)> question)
    {
        auto promise = std::make_shared<AnswerPromise<Result<std::shared_ptr<const T>>>>();
        auto future = promise->future();
        post(lane, {std::move(ticket),
                    [promise, question = std::move(question)](Result<RunReader *> reader) {
                        if (reader)
                            promise->deliver(question(**reader));
                        else
                            promise->deliver(reader.error());
                    }});
        return future;
    }

    /// In the quick lane for at most `budget`; what takes longer is asked again in the scan lane.
    template<class T>
    Answer<T> askQuickFirst(std::chrono::milliseconds budget, Ticket ticket,
                            std::function<Read<T>(RunReader &)> question)
    {
        auto promise = std::make_shared<AnswerPromise<Result<std::shared_ptr<const T>>>>();
        auto future = promise->future();
        const auto finish = [promise](Read<T> answer) { promise->deliver(std::move(answer)); };
        const auto atLeisure = [finish, question](Result<RunReader *> reader) {
            finish(reader ? question(**reader) : Read<T>(reader.error()));
        };
        post(Lane::Quick, {ticket, [this, ticket, budget, finish, question,
                                    atLeisure](Result<RunReader *> reader) {
                               if (!reader)
                                   return finish(reader.error());
                               SqliteConnection &connection = (*reader)->connection();
                               connection.setDeadline(std::chrono::steady_clock::now() + budget);
                               auto answer = question(**reader);
                               const bool isLate = connection.ranOutOfTime();
                               connection.setDeadline({});
                               if (isLate && !answer)
                                   post(Lane::Scan, {ticket, atLeisure});
                               else
                                   finish(std::move(answer));
                           }});
        return future;
    }

private:
    class LazyReader;
    struct Question
    {
        Ticket ticket;
        std::function<void(Result<RunReader *>)> answer;
    };
    struct Queue
    {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<Question> questions;
        std::list<Ticket> running; ///< of the questions being answered
        bool closed = false;
    };

    void post(Lane lane, Question question);
    void serve(Queue &queue);
    static void answer(const Question &question, LazyReader &lazy);

    const QString m_path;
    Queue m_quick;
    Queue m_scan;
    std::vector<std::thread> m_threads;
};

} // namespace xray::store
