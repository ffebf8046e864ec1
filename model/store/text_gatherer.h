// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the steps of a group for the text index and finds their trigrams, on a thread and a
// connection of its own: nobody who posts waits for it, as one would for the writer. Owned by the
// TextIndexer, used on the writer's thread.
#pragma once

#include "model/store/text_index.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace xray::store {

/// What a group is to be: for each bit the steps that have it.
class TextMatrix
{
public:
    TextMatrix();

    [[nodiscard]] std::uint32_t bits() const { return static_cast<std::uint32_t>(m_rows.size()); }
    [[nodiscard]] const StepBits &row(std::uint32_t bit) const { return m_rows[bit]; }

    void noteStep() { ++m_steps; }
    void add(int step, const std::vector<std::uint32_t> &hashes);
    void addWithEverything(int step);
    /// To as few bits as still tell the steps apart: bit i joins bit i modulo half.
    void fold();

private:
    std::vector<StepBits> m_rows;
    qint64 m_steps = 0;
    qint64 m_set = 0; ///< bits set, an upper bound once folded
};

class TextGatherer
{
public:
    /// `finished` is called on the thread when there is something to take(). The thread starts with
    /// the first group.
    TextGatherer(QString path, std::function<void()> finished)
        : m_path(std::move(path))
        , m_finished(std::move(finished))
    {
    }
    ~TextGatherer();
    TextGatherer(const TextGatherer &) = delete;
    TextGatherer &operator=(const TextGatherer &) = delete;

    using Gathered = Result<std::unique_ptr<TextMatrix>>;

    /// What it does for another group is dropped. Steps that change from now on may or may not be
    /// read as they were.
    void start(std::int64_t group);
    void drop();
    /// What came of the group, once; nothing before.
    [[nodiscard]] std::optional<Gathered> take();
    [[nodiscard]] bool hasGathered() const;

private:
    struct Payload
    {
        std::int64_t row = 0;
        QByteArray json;
        bool isTooLarge = false;
    };

    struct Task
    {
        std::int64_t group = 0;
        int number = 0; ///< the same group may be begun again
    };

    void run();
    Gathered gather(const Task &task);
    Result<> open();
    Result<std::vector<Payload>> read(std::int64_t first, std::int64_t end);
    bool isWanted(const Task &task) const;

    const QString m_path;
    const std::function<void()> m_finished;
    mutable std::mutex m_mutex; ///< of those that follow
    std::condition_variable m_changed;
    std::optional<Task> m_task; ///< until it is done
    int m_lastNumber = 0;
    std::optional<Gathered> m_gathered;
    bool m_isStopping = false;
    std::thread m_thread;

    // Of the thread.
    std::unique_ptr<SqliteConnection> m_connection;
    Statement m_steps;
};

} // namespace xray::store
