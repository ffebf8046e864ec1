// SPDX-License-Identifier: GPL-3.0-or-later
// A QuerySource for tests: holds steps in memory, judges plain conditions on them, and answers when
// told to or with a failure. Owned by the test; one thread.
#pragma once

#include <model/query/source.h>

#include <QPromise>
#include <QStringList>

#include <deque>
#include <functional>

namespace xray::test {

/// Steps of a made-up shop, latest first, always the same: filters that eliminate from 1 to 99
/// percent, and rankings with a confidence.
[[nodiscard]] std::vector<query::StepHit> sampleHits(int count);
[[nodiscard]] query::Catalogue sampleCatalogue();

class FakeQuerySource final : public query::QuerySource
{
public:
    enum class Answering {
        AtOnce,
        WhenTold, ///< by answerNext() or answerAll()
    };

    std::vector<query::StepHit> hits; ///< latest first
    std::vector<Execution> runs;      ///< newest first; every query for runs finds all of them
    bool moreRuns = false;            ///< and says that there are more
    query::Catalogue catalogueToGive = sampleCatalogue();
    std::vector<query::SavedQuery> saved;
    query::PlanNote plan{QStringLiteral("metric index, newest first"), false};

    Answering answering = Answering::AtOnce;
    std::optional<Error> failure; ///< while set, every answer is this
    QStringList calls;            ///< the questions so far, for example "findSteps type = filter"

    void answerNext();
    void answerAll();
    [[nodiscard]] qsizetype waiting() const { return static_cast<qsizetype>(m_waiting.size()); }

    Answer<query::StepAnswer> findSteps(query::StepQuestion question, Ticket ticket) override;
    Answer<query::RunAnswer> findRuns(query::RunQuestion question, Ticket ticket) override;
    Answer<query::CountAnswer> count(query::CountQuestion question, Ticket ticket) override;
    Answer<query::Catalogue> catalogue(Ticket ticket) override;
    Answer<query::Distribution> distribution(query::DistributionQuestion question,
                                             Ticket ticket) override;
    Answer<query::Trend> trend(query::TrendQuestion question, Ticket ticket) override;
    Answer<QStringList> explain(query::Query query, Ticket ticket) override;
    Answer<std::vector<query::SavedQuery>> savedQueries(Ticket ticket) override;
    Answer<std::vector<query::StepHit>> matchingSteps(query::Query query, TimeNs now,
                                                      std::vector<StepRow> rows,
                                                      Ticket ticket) override;

private:
    template<class T>
    Answer<T> later(const QString &call, const Ticket &ticket, std::function<T()> work);
    [[nodiscard]] std::vector<query::StepHit> matching(const query::Query &query) const;

    std::deque<std::function<void()>> m_waiting;
};

} // namespace xray::test
