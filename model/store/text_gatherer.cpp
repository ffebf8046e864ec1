// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/text_gatherer.h"

#include <model/admission/json_text.h>

#include <algorithm>
#include <utility>

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

namespace xray::store {

namespace {

/// Bits a trigram is hashed to at first; a group of short texts is folded to fewer.
constexpr std::uint32_t kMostBits = 8192;
constexpr std::uint32_t kFewestBits = 256;
/// Folding stops when a step would have more than this part of its bits set: what is looked up then
/// lets too much through.
constexpr double kFullest = 0.2;
/// Payloads larger than this count as having every trigram.
constexpr qsizetype kLargestIndexed = 1024 * 1024;
/// Read at a time: whoever reads for long keeps the log from beginning anew.
constexpr int kStepsAtOnce = 64;
constexpr qsizetype kBytesAtOnce = 1024 * 1024;

/// Whoever posts or asks goes first. Elsewhere than on Linux nice() is for the whole process.
void giveWayToOthers()
{
#ifdef Q_OS_LINUX
    [[maybe_unused]] const int priority = ::nice(10);
#endif
}

} // namespace

// ---- TextMatrix ----------------------------------------------------------------------------

TextMatrix::TextMatrix()
    : m_rows(kMostBits)
{
}

void TextMatrix::add(int step, const std::vector<std::uint32_t> &hashes)
{
    for (const std::uint32_t hash : hashes) {
        StepBits &row = m_rows[hash & (kMostBits - 1)];
        m_set += row.test(step) ? 0 : 1;
        row.set(step);
    }
}

void TextMatrix::addWithEverything(int step)
{
    for (StepBits &row : m_rows)
        row.set(step);
}

void TextMatrix::fold()
{
    while (bits() > kFewestBits &&
           2.0 * double(m_set) <= kFullest * double(m_steps) * double(bits())) {
        const std::uint32_t half = bits() / 2;
        for (std::uint32_t i = 0; i < half; ++i)
            m_rows[i] |= m_rows[i + half];
        m_rows.resize(half);
    }
}

// ---- TextGatherer --------------------------------------------------------------------------

TextGatherer::~TextGatherer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
        m_changed.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void TextGatherer::start(std::int64_t group)
{
    {
        const std::lock_guard lock(m_mutex);
        m_task = {group, ++m_lastNumber};
        m_gathered.reset();
        m_changed.notify_all();
    }
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
}

void TextGatherer::drop()
{
    const std::lock_guard lock(m_mutex);
    m_task.reset();
    m_gathered.reset();
}

std::optional<TextGatherer::Gathered> TextGatherer::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_gathered, {});
}

bool TextGatherer::hasGathered() const
{
    const std::lock_guard lock(m_mutex);
    return m_gathered.has_value();
}

bool TextGatherer::isWanted(const Task &task) const
{
    const std::lock_guard lock(m_mutex);
    return m_task && m_task->number == task.number && !m_isStopping;
}

void TextGatherer::run()
{
    giveWayToOthers();
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_task || m_isStopping; });
        if (m_isStopping)
            break;
        const Task task = *m_task;
        lock.unlock();
        Gathered gathered = gather(task);
        lock.lock();
        if (!m_task || m_task->number != task.number)
            continue;
        m_task.reset();
        m_gathered = std::move(gathered);
        lock.unlock();
        m_finished();
        lock.lock();
    }
    m_steps = {}; // both where they were made
    m_connection.reset();
}

TextGatherer::Gathered TextGatherer::gather(const Task &task)
{
    if (auto opened = open(); !opened)
        return opened.error();
    auto matrix = std::make_unique<TextMatrix>();
    const std::int64_t first = task.group << kTextGroupShift;
    std::int64_t next = first;
    while (isWanted(task)) {
        const auto payloads = read(next, first + kTextGroupSteps);
        if (!payloads)
            return payloads.error();
        if (payloads->empty())
            break;
        for (const auto &[row, json, isTooLarge] : *payloads) {
            if (std::exchange(next, row + 1) != row + 1)
                matrix->noteStep();
            if (isTooLarge)
                matrix->addWithEverything(static_cast<int>(row - first));
            else if (!json.isEmpty())
                matrix->add(static_cast<int>(row - first),
                            trigramHashes(admission::foldedStrings(json)));
        }
    }
    matrix->fold();
    return matrix;
}

Result<> TextGatherer::open()
{
    if (m_connection)
        return Success{};
    auto connection = SqliteConnection::open(m_path, Access::ReadOnly);
    if (!connection)
        return connection.error();
    // Everything is read once.
    if (auto small = (*connection)->execute("PRAGMA cache_size=-1024"); !small)
        return small;
    auto steps = (*connection)
                     ->prepare("SELECT id, input_payload, output_payload, reasoning_payload "
                               "FROM execution_steps WHERE id >= ?1 AND id < ?2 ORDER BY id");
    if (!steps)
        return steps.error();
    m_connection = std::move(*connection);
    m_steps = std::move(*steps);
    return Success{};
}

/// The payloads of some steps, those of one step in a row; of none when there are no more.
Result<std::vector<TextGatherer::Payload>> TextGatherer::read(std::int64_t first, std::int64_t end)
{
    std::vector<Payload> payloads;
    const StatementScope scope(m_steps);
    m_steps.bind(1, first).bind(2, end);
    qsizetype bytes = 0;
    for (int count = 0; count < kStepsAtOnce && bytes < kBytesAtOnce; ++count) {
        switch (m_steps.step()) {
        case Statement::Step::Failed:
            return m_steps.lastError().toError();
        case Statement::Step::Done:
            return payloads;
        case Statement::Step::Row:
            break;
        }
        for (const int column : {1, 2, 3}) {
            const QByteArrayView json = m_steps.view(column);
            const bool isTooLarge = json.size() > kLargestIndexed;
            payloads.push_back(
                {m_steps.integer(0), isTooLarge ? QByteArray() : json.toByteArray(), isTooLarge});
            bytes += payloads.back().json.size();
        }
    }
    return payloads;
}

} // namespace xray::store
