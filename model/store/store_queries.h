// SPDX-License-Identifier: GPL-3.0-or-later
// The QuerySource of a store: takes questions to its readers. What an index leads to is asked in
// the quick lane, for a limited time; what may look at every row goes to the scan lane after a
// short try, so that no question waits behind a long one. Owned by the Store; thread-safe.
#pragma once

#include "model/store/catalogue_reader.h"
#include "model/store/reader_pool.h"

#include <model/query/source.h>

#include <mutex>

namespace xray::store {

class StoreQueries final : public query::QuerySource
{
public:
    explicit StoreQueries(ReaderPool &readers)
        : m_readers(readers)
    {
    }

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
    Read<query::Catalogue> readCatalogue(SqliteConnection &connection);

    ReaderPool &m_readers;
    std::mutex m_mutex; ///< of what follows
    KnownCatalogue m_known;
};

} // namespace xray::store
