// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/text_index.h"

#include "model/store/text_gatherer.h"

#include <model/core/text.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace xray::store {

namespace {

constexpr std::size_t kWords = kTextGroupSteps / 64;
constexpr qsizetype kGroupBytes = kTextGroupSteps / 8;

/// Of a needle; more hardly let less through.
constexpr std::size_t kMostTrigrams = 8;
/// As many steps are read sooner than another trigram is looked up.
constexpr int kFewCandidates = 2;
/// A group in which this many steps changed is made anew.
constexpr int kStaleSteps = 512;

constexpr std::uint32_t kRowsPerWrite = 512;

/// In this order: what was begun, what changed too much, what is gone, what is new. Of the newest
/// group not all steps have come yet.
constexpr char kWork[] =
    "SELECT * FROM (SELECT grp FROM text_groups WHERE ready = 0 LIMIT 1) UNION ALL "
    "SELECT * FROM (SELECT step_id >> 12 AS grp FROM text_stale GROUP BY grp "
    "HAVING count(*) > ?1 LIMIT 1) UNION ALL "
    "SELECT * FROM (SELECT grp FROM text_groups WHERE grp < (SELECT min(id) >> 12 "
    "FROM execution_steps) LIMIT 1) UNION ALL "
    "SELECT next FROM (SELECT coalesce((SELECT max(grp) + 1 FROM text_groups), "
    "(SELECT min(id) >> 12 FROM execution_steps)) AS next) WHERE next < "
    "(SELECT max(id) >> 12 FROM execution_steps) LIMIT 1";
constexpr char kAnyGroup[] = "SELECT grp FROM text_groups WHERE ?1 LIMIT 1";
constexpr char kNewGroup[] = "INSERT INTO text_groups(grp, ready, bits) SELECT ?1, 0, 0 "
                             "WHERE ?1 >= (SELECT min(id) >> 12 FROM execution_steps)";
constexpr char kNoGroup[] = "DELETE FROM text_groups WHERE grp = ?1";

constexpr std::uint32_t hashOf(char32_t a, char32_t b, char32_t c) noexcept
{
    std::uint32_t h = a * 0x9E3779B1U ^ (b + 0x7F4A7C15U) * 0x85EBCA77U ^ (c + 1U) * 0xC2B2AE3DU;
    h ^= h >> 15;
    h *= 0x2C1B3C6DU;
    return h ^ (h >> 13);
}

std::u32string codePointsOf(const QString &text)
{
    std::u32string points;
    for (const uint point : text.toUcs4())
        points += static_cast<char32_t>(point);
    return points;
}

/// A needle's trigrams, spread over its length.
std::vector<std::uint32_t> fewOf(std::vector<std::uint32_t> hashes)
{
    if (hashes.size() <= kMostTrigrams)
        return hashes;
    std::vector<std::uint32_t> few;
    for (std::size_t i = 0; i < kMostTrigrams; ++i)
        few.push_back(hashes[i * (hashes.size() - 1) / (kMostTrigrams - 1)]);
    return few;
}

} // namespace

std::vector<std::uint32_t> trigramHashes(const std::u32string &folded)
{
    std::vector<std::uint32_t> hashes;
    for (std::size_t i = 2; i < folded.size(); ++i)
        hashes.push_back(hashOf(folded[i - 2], folded[i - 1], folded[i]));
    return hashes;
}

// ---- StepBits ------------------------------------------------------------------------------

StepBits::StepBits()
    : m_words(kWords, 0)
{
}

StepBits StepBits::all()
{
    StepBits bits;
    std::ranges::fill(bits.m_words, ~std::uint64_t(0));
    return bits;
}

StepBits StepBits::fromBytes(QByteArrayView bytes)
{
    StepBits bits;
    if (bytes.size() == kGroupBytes)
        std::memcpy(bits.m_words.data(), bytes.data(), static_cast<std::size_t>(kGroupBytes));
    return bits;
}

void StepBits::set(int step) noexcept
{
    m_words[static_cast<std::size_t>(step) / 64] |= std::uint64_t(1) << (step % 64);
}

bool StepBits::test(int step) const noexcept
{
    return ((m_words[static_cast<std::size_t>(step) / 64] >> (step % 64)) & 1) != 0;
}

StepBits &StepBits::operator&=(const StepBits &other) noexcept
{
    for (std::size_t i = 0; i < kWords; ++i)
        m_words[i] &= other.m_words[i];
    return *this;
}

StepBits &StepBits::operator|=(const StepBits &other) noexcept
{
    for (std::size_t i = 0; i < kWords; ++i)
        m_words[i] |= other.m_words[i];
    return *this;
}

int StepBits::count() const noexcept
{
    int count = 0;
    for (const std::uint64_t word : m_words)
        count += std::popcount(word);
    return count;
}

QByteArrayView StepBits::bytes() const noexcept
{
    return {reinterpret_cast<const char *>(m_words.data()), kGroupBytes};
}

std::vector<std::int64_t> StepBits::rowsOf(std::int64_t group) const
{
    std::vector<std::int64_t> rows;
    const std::int64_t first = group << kTextGroupShift;
    for (std::size_t word = kWords; word-- > 0;) {
        for (std::uint64_t rest = m_words[word]; rest != 0;) {
            const int bit = 63 - std::countl_zero(rest);
            rest &= ~(std::uint64_t(1) << bit);
            rows.push_back(first + static_cast<std::int64_t>(word) * 64 + bit);
        }
    }
    return rows;
}

// ---- TextNeed ------------------------------------------------------------------------------

namespace {

TextNeed needOf(const QString &text)
{
    auto trigrams = fewOf(trigramHashes(codePointsOf(simpleCaseFolded(text))));
    if (trigrams.empty())
        return {};
    return {TextNeed::Kind::Trigrams, std::move(trigrams), {}};
}

TextNeed needOf(const query::Condition &condition)
{
    const bool isText = condition.field.id == query::FieldId::Text ||
                        condition.field.id == query::FieldId::Input ||
                        condition.field.id == query::FieldId::Output ||
                        condition.field.id == query::FieldId::Reasoning;
    if (!isText || condition.op != query::Operator::Contains || condition.values.size() != 1)
        return {};
    const auto *text = std::get_if<QString>(&condition.values.front());
    return text ? needOf(*text) : TextNeed();
}

TextNeed needOf(const query::Group &group)
{
    const bool isAll = group.kind == query::Group::Kind::All;
    TextNeed need{isAll ? TextNeed::Kind::AllOf : TextNeed::Kind::AnyOf, {}, {}};
    for (const query::NodePtr &child : group.children) {
        TextNeed part = textNeedOf(child);
        if (part.helps())
            need.children.push_back(std::move(part));
        else if (!isAll)
            return {};
    }
    return need.children.empty() ? TextNeed() : need;
}

} // namespace

TextNeed textNeedOf(const query::NodePtr &node)
{
    if (!node)
        return {};
    if (const auto *condition = std::get_if<query::Condition>(&node->is))
        return needOf(*condition);
    if (const auto *group = std::get_if<query::Group>(&node->is))
        return needOf(*group);
    return {};
}

// ---- TextIndexReader -----------------------------------------------------------------------

Result<> TextIndexReader::open()
{
    const std::pair<Statement *, const char *> statements[] = {
        {&m_bits, "SELECT bits FROM text_groups WHERE grp = ?1 AND ready = 1"},
        {&m_signature, "SELECT steps FROM text_signatures WHERE grp = ?1 AND bit = ?2"},
        {&m_stale, "SELECT step_id FROM text_stale WHERE step_id >= ?1 AND step_id < ?2"},
    };
    for (const auto &[statement, sql] : statements) {
        auto prepared = m_connection.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return Success{};
}

Result<bool> TextIndexReader::isOfUse()
{
    auto any = m_connection.integer("SELECT EXISTS (SELECT 1 FROM text_groups WHERE ready = 1)");
    return any ? Result<bool>(*any != 0) : Result<bool>(any.error());
}

Result<std::optional<StepBits>> TextIndexReader::candidates(std::int64_t group,
                                                            const TextNeed &need)
{
    const StatementScope bitsScope(m_bits);
    switch (m_bits.bind(1, group).step()) {
    case Statement::Step::Failed:
        return m_bits.lastError().toError();
    case Statement::Step::Done:
        return std::optional<StepBits>();
    case Statement::Step::Row:
        break;
    }
    auto bits = lookUp({group, static_cast<std::uint32_t>(m_bits.integer(0))}, need);
    if (!bits)
        return bits.error();
    const std::int64_t first = group << kTextGroupShift;
    const StatementScope staleScope(m_stale);
    m_stale.bind(1, first).bind(2, first + kTextGroupSteps);
    Statement::Step step = m_stale.step();
    for (; step == Statement::Step::Row; step = m_stale.step())
        bits->set(static_cast<int>(m_stale.integer(0) - first));
    if (step == Statement::Step::Failed)
        return m_stale.lastError().toError();
    return std::optional(std::move(*bits));
}

Result<StepBits> TextIndexReader::lookUp(const Group &group, const TextNeed &need)
{
    if (need.kind != TextNeed::Kind::Trigrams)
        return combine(group, need);
    StepBits bits = StepBits::all();
    for (const std::uint32_t hash : need.trigrams) {
        auto one = withBit(group.number, hash & (group.bits - 1));
        if (!one)
            return one;
        bits &= *one;
        if (bits.count() <= kFewCandidates)
            break;
    }
    return bits;
}

Result<StepBits> TextIndexReader::combine(const Group &group, const TextNeed &need)
{
    const bool isAll = need.kind != TextNeed::Kind::AnyOf;
    StepBits bits = isAll ? StepBits::all() : StepBits();
    for (const TextNeed &child : need.children) {
        auto part = lookUp(group, child);
        if (!part)
            return part;
        if (isAll)
            bits &= *part;
        else
            bits |= *part;
    }
    return bits;
}

Result<StepBits> TextIndexReader::withBit(std::int64_t group, std::uint32_t bit)
{
    const StatementScope scope(m_signature);
    switch (m_signature.bind(1, group).bind(2, bit).step()) {
    case Statement::Step::Row:
        return StepBits::fromBytes(m_signature.view(0));
    case Statement::Step::Done:
        return StepBits();
    case Statement::Step::Failed:
        break;
    }
    return m_signature.lastError().toError();
}

// ---- TextIndexer ---------------------------------------------------------------------------

TextIndexer::TextIndexer(SqliteConnection &connection, TextIndexing indexing,
                         std::function<void()> gathered)
    : m_connection(connection)
    , m_indexing(indexing)
    , m_gatherer(std::make_unique<TextGatherer>(connection.filePath(), std::move(gathered)))
{
}

TextIndexer::~TextIndexer() = default;

Result<std::unique_ptr<TextIndexer>> TextIndexer::create(SqliteConnection &connection,
                                                         TextIndexing indexing,
                                                         std::function<void()> gathered)
{
    std::unique_ptr<TextIndexer> indexer(
        new TextIndexer(connection, indexing, std::move(gathered)));
    if (auto prepared = indexer->prepare(); !prepared)
        return prepared.error();
    return indexer;
}

Result<> TextIndexer::prepare()
{
    const std::pair<Statement *, const char *> statements[] = {
        {&m_work, m_indexing == TextIndexing::Off ? kAnyGroup : kWork},
        {&m_put, "INSERT INTO text_signatures(grp, bit, steps) VALUES(?1, ?2, ?3)"},
    };
    for (const auto &[statement, sql] : statements) {
        auto prepared = m_connection.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return Success{};
}

Result<TextIndexer::Slice> TextIndexer::next()
{
    switch (m_phase) {
    case Phase::Begun: // and committed
        m_gatherer->start(m_group);
        m_phase = Phase::Gather;
        return gather();
    case Phase::Gather:
        return gather();
    case Phase::Begin:
    case Phase::Store:
        return Slice::Write;
    case Phase::Idle:
        break;
    }
    const StatementScope scope(m_work);
    switch (m_work.bind(1, kStaleSteps).step()) {
    case Statement::Step::Failed:
        return m_work.lastError().toError();
    case Statement::Step::Done:
        return Slice::Idle;
    case Statement::Step::Row:
        break;
    }
    m_group = m_work.integer(0);
    m_phase = Phase::Begin;
    return Slice::Write;
}

Result<TextIndexer::Slice> TextIndexer::gather()
{
    auto gathered = m_gatherer->take();
    if (!gathered)
        return Slice::Idle;
    if (!*gathered)
        return gathered->error();
    m_matrix = std::move(**gathered);
    m_nextBit = 0;
    m_phase = Phase::Store;
    return Slice::Write;
}

bool TextIndexer::hasGathered() const
{
    return m_gatherer->hasGathered();
}

void TextIndexer::reset()
{
    m_phase = Phase::Idle;
    m_gatherer->drop();
    m_matrix.reset();
}

Result<> TextIndexer::writeSlice()
{
    return m_phase == Phase::Begin ? begin() : store();
}

/// From here on a step of the group that changes is noted as stale. A group that is not wanted, or
/// whose steps are all gone, just ends.
Result<> TextIndexer::begin()
{
    for (const char *sql :
         {"DELETE FROM text_signatures WHERE grp = ?1",
          "DELETE FROM text_stale WHERE step_id >= ?1 << 12 AND step_id < (?1 + 1) << 12",
          "DELETE FROM text_groups WHERE grp = ?1",
          m_indexing == TextIndexing::Off ? kNoGroup : kNewGroup}) {
        auto statement = m_connection.prepare(sql);
        if (!statement)
            return statement.error();
        if (!statement->bind(1, m_group).run())
            return m_connection.lastError().toError();
    }
    auto begun = m_connection.integer("SELECT changes()");
    if (!begun)
        return begun.error();
    if (*begun == 0) {
        reset();
        return Success{};
    }
    m_phase = Phase::Begun;
    return Success{};
}

Result<> TextIndexer::store()
{
    const std::uint32_t end = std::min(m_nextBit + kRowsPerWrite, m_matrix->bits());
    for (; m_nextBit < end; ++m_nextBit) {
        const StepBits &row = m_matrix->row(m_nextBit);
        if (row.count() == 0)
            continue;
        m_put.bind(1, m_group).bind(2, m_nextBit).bindBlob(3, row.bytes());
        if (!m_put.run())
            return m_connection.lastError().toError();
    }
    return m_nextBit < m_matrix->bits() ? Result<>(Success{}) : finish();
}

Result<> TextIndexer::finish()
{
    auto done = m_connection.prepare("UPDATE text_groups SET ready = 1, bits = ?2 WHERE grp = ?1");
    if (!done)
        return done.error();
    if (!done->bind(1, m_group).bind(2, m_matrix->bits()).run())
        return m_connection.lastError().toError();
    reset();
    return Success{};
}

} // namespace xray::store
