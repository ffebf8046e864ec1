// SPDX-License-Identifier: GPL-3.0-or-later
// A store's file, read past the store, as a person with the sqlite3 shell would. For tests only;
// one at a time, one thread.
#pragma once

#include <model/core/ids.h>

#include <QStringList>

#include <set>
#include <vector>

namespace xray::test {

class StoreFile
{
public:
    explicit StoreFile(const QString &path);
    ~StoreFile();
    StoreFile(const StoreFile &) = delete;
    StoreFile &operator=(const StoreFile &) = delete;

    /// The ids of a table; a condition may follow its name.
    [[nodiscard]] std::set<Uuid> idsIn(const QString &table) const;
    /// The steps of a run by their index; empty when they are not counted from 1 without a gap.
    [[nodiscard]] std::vector<Uuid> stepsInOrder(ExecutionId run) const;
    /// The first value of the answer.
    [[nodiscard]] QString text(const QString &sql) const;
    /// Every value of every row, but the change feed, which also counts what was sent in vain.
    [[nodiscard]] QStringList dump() const;
    /// What is inconsistent in it; empty when nothing is.
    [[nodiscard]] QString whatIsWrong() const;
};

} // namespace xray::test
