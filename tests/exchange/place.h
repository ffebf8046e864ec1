// SPDX-License-Identifier: GPL-3.0-or-later
// A store that files go out of and come into, and what is compared of its runs: for tests only.
#pragma once

#include <app/exchange/exporter.h>
#include <app/exchange/importer.h>

#include <tests/store/store_fixture.h>

namespace xray::test {

/// A store that takes spans, in a folder of its own.
class Place
{
public:
    Place();

    [[nodiscard]] store::Store &store() { return m_fixture.store(); }
    [[nodiscard]] StoreFixture &fixture() { return m_fixture; }

    /// The demo's runs, oldest first; returns their ids.
    std::vector<ExecutionId> fillWithDemo(int runs);
    /// The file as the format writes it, or why there is none.
    [[nodiscard]] QByteArray exported(const std::vector<ExecutionId> &runs,
                                      app::ExportFormat format);
    [[nodiscard]] Result<app::ImportSummary> imported(const QByteArray &contents);

private:
    StoreFixture m_fixture;
};

/// A run as text, field by field and byte by byte, one field a line: without the rows that a store
/// gives of its own, and without where the run came from unless it is told by spans.
[[nodiscard]] QString textOf(Place &place, ExecutionId id);

/// The first line in which two such texts differ; empty when they do not.
[[nodiscard]] QString firstDifference(const QString &actual, const QString &expected);

} // namespace xray::test
