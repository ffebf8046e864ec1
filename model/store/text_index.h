// SPDX-License-Identifier: GPL-3.0-or-later
// The text index: where a text may be, so that not every payload has to be read for it. Steps stand
// in groups of 4096 by their row; of each group the index holds, bit by bit, which steps may
// contain a trigram (three characters in a row of a string value, in simple case folding). It is
// made in the background by the writer and may lag behind: groups that are not ready are read in
// full, steps that changed since are looked at one by one. It only prefilters: what it lets through
// is checked.
//
// TextIndexer belongs to the writer and lives on its thread; a TextGatherer reads for it on
// another. The rest are values and functions of readers.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/ids.h>
#include <model/query/tree.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace xray::store {

enum class TextIndexing {
    Off,        ///< searching reads every payload; what was indexed is dropped
    Substrings, ///< any three characters or more, in any language
};

/// Steps of a group: 2^12.
inline constexpr int kTextGroupShift = 12;
inline constexpr int kTextGroupSteps = 1 << kTextGroupShift;

[[nodiscard]] constexpr std::int64_t textGroupOf(std::int64_t stepRow) noexcept
{
    return stepRow >> kTextGroupShift;
}

/// Hashes of the trigrams of a text that is folded already; none when it is shorter than that.
[[nodiscard]] std::vector<std::uint32_t> trigramHashes(const std::u32string &folded);

/// One bit for each step of a group.
class StepBits
{
public:
    StepBits();
    [[nodiscard]] static StepBits all();
    /// Of `kTextGroupSteps / 8` bytes; anything else counts as all zero.
    [[nodiscard]] static StepBits fromBytes(QByteArrayView bytes);

    void set(int step) noexcept;
    [[nodiscard]] bool test(int step) const noexcept;
    StepBits &operator&=(const StepBits &other) noexcept;
    StepBits &operator|=(const StepBits &other) noexcept;
    [[nodiscard]] int count() const noexcept;
    [[nodiscard]] QByteArrayView bytes() const noexcept;
    /// The rows of the steps set, latest first.
    [[nodiscard]] std::vector<std::int64_t> rowsOf(std::int64_t group) const;

private:
    std::vector<std::uint64_t> m_words;
};

/// Which trigrams a step must have for a query to hold of it.
struct TextNeed
{
    enum class Kind {
        Anything, ///< the index cannot help
        Trigrams,
        AllOf,
        AnyOf,
    };
    Kind kind = Kind::Anything;
    std::vector<std::uint32_t> trigrams = {};
    std::vector<TextNeed> children = {};

    [[nodiscard]] bool helps() const noexcept { return kind != Kind::Anything; }
};

/// What follows from a step's condition: substrings of at least three characters that some string
/// value of its payloads must contain.
[[nodiscard]] TextNeed textNeedOf(const query::NodePtr &node);

/// Answers for one group at a time. Of a reader; used within one question. What it says of a group
/// holds within a ReadSnapshot that was begun before: outside, the group may be made anew
/// meanwhile.
class TextIndexReader
{
public:
    explicit TextIndexReader(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    [[nodiscard]] Result<> open();
    /// Whether any group is ready.
    [[nodiscard]] Result<bool> isOfUse();
    /// The steps of a group that may meet the need, those that changed since among them; nothing
    /// when the group is not ready.
    [[nodiscard]] Result<std::optional<StepBits>> candidates(std::int64_t group,
                                                             const TextNeed &need);

private:
    struct Group
    {
        std::int64_t number = 0;
        std::uint32_t bits = 0;
    };
    [[nodiscard]] Result<StepBits> lookUp(const Group &group, const TextNeed &need);
    [[nodiscard]] Result<StepBits> withBit(std::int64_t group, std::uint32_t bit);
    [[nodiscard]] Result<StepBits> combine(const Group &group, const TextNeed &need);

    SqliteConnection &m_connection;
    Statement m_bits;
    Statement m_signature;
    Statement m_stale;
};

class TextGatherer;
class TextMatrix;

class TextIndexer
{
public:
    /// Goes on with what an interrupted indexer left. `gathered` is called, on another thread, when
    /// a group has been read and can be written.
    [[nodiscard]] static Result<std::unique_ptr<TextIndexer>>
    create(SqliteConnection &connection, TextIndexing indexing, std::function<void()> gathered);
    ~TextIndexer();

    enum class Slice {
        Idle,  ///< nothing to do until more steps come, or a group has been read
        Write, ///< call writeSlice(), inside a transaction
    };
    /// Outside a transaction.
    [[nodiscard]] Result<Slice> next();
    /// Takes a few milliseconds.
    [[nodiscard]] Result<> writeSlice();
    /// Whether a group that was read waits for next().
    [[nodiscard]] bool hasGathered() const;
    /// Forgets the group in the making, after a failure; it is begun anew.
    void reset();

private:
    enum class Phase { Idle, Begin, Begun, Gather, Store };

    TextIndexer(SqliteConnection &connection, TextIndexing indexing,
                std::function<void()> gathered);
    Result<> prepare();
    Result<Slice> gather();
    Result<> begin();
    Result<> store();
    Result<> finish();

    SqliteConnection &m_connection;
    const TextIndexing m_indexing;
    Statement m_work;
    Statement m_put;
    Phase m_phase = Phase::Idle;
    std::int64_t m_group = 0;
    std::uint32_t m_nextBit = 0;
    std::unique_ptr<TextGatherer> m_gatherer;
    std::unique_ptr<TextMatrix> m_matrix;
};

} // namespace xray::store
