// SPDX-License-Identifier: GPL-3.0-or-later
// The port of questions: what a store that can be queried promises. The listener, xrayctl, the
// models and the app see only this; tests have a fake. Every call is thread-safe and returns at
// once; a cancelled ticket makes the answer an Error of code Cancelled.
#pragma once

#include "model/query/catalogue.h"
#include "model/query/tree.h"

#include <model/core/ports.h>

#include <limits>
#include <optional>
#include <vector>

namespace xray::query {

/// Counts are exact up to here, unless asked otherwise; beyond they read "10,000+".
inline constexpr qint64 kDefaultCountCap = 10'000;
inline constexpr int kDefaultPageSize = 200;
inline constexpr int kMaxPageSize = 1'000;

enum class WithPayloads { No, Yes };

/// One page of the answer to a step query: by arrival, latest first.
struct StepQuestion
{
    Query query;    ///< of Subject::Steps
    TimeNs now = 0; ///< what relative times are relative to
    int limit = kDefaultPageSize;
    std::optional<StepRow> before; ///< the last step of the page before
    WithPayloads payloads = WithPayloads::No;
    /// With payloads: the page ends with the step whose payloads reach this size.
    qint64 maxPayloadBytes = std::numeric_limits<qint64>::max();
};

/// A step that matched, with what a result row shows of its run.
struct StepHit
{
    Step step;
    QString pipelineName;
    QString environment;
    RunStatus runStatus = RunStatus::Running;
    TimeNs runStartedAt = 0;
    QString runTitle;
    StepPayloads payloads = {}; ///< when they were asked for
};

/// How an answer was found, for people.
struct PlanNote
{
    QString text;        ///< "metric index on percentage_eliminated, newest first"
    bool isScan = false; ///< every step had to be looked at
};

struct StepAnswer
{
    std::vector<StepHit> hits;
    bool more = false;
    DurationNs elapsed = 0; ///< in the store
    PlanNote plan;
};

/// One page of the answer to a run query: by start, newest first, ties by id.
struct RunQuestion
{
    Query query; ///< of Subject::Runs
    TimeNs now = 0;
    int limit = kDefaultPageSize;
    std::optional<std::pair<TimeNs, ExecutionId>> after;
    bool withContents = true; ///< with trigger and metadata
    /// The page ends with the run whose contents reach this size.
    qint64 maxContentBytes = std::numeric_limits<qint64>::max();
};

struct RunAnswer
{
    std::vector<Execution> runs;
    bool more = false;
    DurationNs elapsed = 0;
    PlanNote plan;
};

struct CountQuestion
{
    Query query;
    TimeNs now = 0;
    qint64 cap = kDefaultCountCap; ///< stop counting there
};

struct CountAnswer
{
    qint64 count = 0;
    bool capped = false; ///< there are more
};

/// How a metric's values spread, for the builder's histogram and the trends panel.
struct DistributionQuestion
{
    QString metric;
    std::optional<StepType> type; ///< only steps of this type
    std::optional<Query> within;  ///< only steps that match; absent: kept statistics answer
    TimeNs now = 0;
    int buckets = 40;
};

struct Distribution
{
    double minimum = 0; ///< of the values
    double maximum = 0;
    std::vector<qint64> counts; ///< equal widths from minimum to maximum
    qint64 total = 0;
    bool sampled = false; ///< counts are scaled from a sample
};

enum class Split { None, Pipeline, Step, Environment };

struct TrendQuestion
{
    Query query;
    TimeNs now = 0;
    std::optional<TimeNs> from; ///< absent: the oldest match
    std::optional<TimeNs> to;
    Split split = Split::None;
    QString metric;   ///< also summarised when not empty
    int buckets = 60; ///< of time
};

struct TrendPoint
{
    TimeNs from = 0; ///< start of the bucket
    qint64 count = 0;
    qint64 failed = 0;
    std::optional<DurationNs> durationP50;
    std::optional<DurationNs> durationP95;
    std::optional<double> metricP50;
    std::optional<double> metricP95;
};

struct TrendSeries
{
    QString name; ///< of the split; empty for Split::None
    std::vector<TrendPoint> points;
};

struct Trend
{
    TimeNs from = 0;
    TimeNs to = 0;
    DurationNs bucket = 0;
    std::vector<TrendSeries> series; ///< by count, largest first; at most kMaxTrendSeries
    qint64 matches = 0;
    bool capped = false; ///< only the newest kMaxTrendMatches matches were looked at
};

inline constexpr int kMaxTrendSeries = 8;
inline constexpr qint64 kMaxTrendMatches = 500'000;

struct SavedQuery
{
    QString name;
    QString text;
    TimeNs savedAt = 0;
};

class QuerySource
{
public:
    virtual ~QuerySource() = default;

    virtual Answer<StepAnswer> findSteps(StepQuestion question, Ticket ticket) = 0;
    virtual Answer<RunAnswer> findRuns(RunQuestion question, Ticket ticket) = 0;
    virtual Answer<CountAnswer> count(CountQuestion question, Ticket ticket) = 0;
    virtual Answer<Catalogue> catalogue(Ticket ticket) = 0;
    virtual Answer<Distribution> distribution(DistributionQuestion question, Ticket ticket) = 0;
    virtual Answer<Trend> trend(TrendQuestion question, Ticket ticket) = 0;
    /// How the query would be answered, step by step, without asking it.
    virtual Answer<QStringList> explain(Query query, Ticket ticket) = 0;
    virtual Answer<std::vector<SavedQuery>> savedQueries(Ticket ticket) = 0;
    /// Those of `rows` (steps of a commit) that match, latest first: the live watch.
    virtual Answer<std::vector<StepHit>>
    matchingSteps(Query query, TimeNs now, std::vector<StepRow> rows, Ticket ticket) = 0;
};

} // namespace xray::query
