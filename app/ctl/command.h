// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of xrayctl: each reads its own arguments and gives the exit code of the interface:
// 0 done, 1 failed (one line on standard error), 2 wrong usage.
#pragma once

#include "app/ctl/printer.h"

#include <model/store/store.h>

#include <QCommandLineParser>
#include <QStringList>

#include <memory>
#include <optional>
#include <variant>

namespace xray::app {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

struct Command
{
    const char *name;
    const char *summary;
    /// `arguments` begins with the program's name, as QCommandLineParser wants it.
    int (*run)(const QStringList &arguments);
};

int runServe(const QStringList &arguments);
int runQuery(const QStringList &arguments);
int runDemo(const QStringList &arguments);
int runExport(const QStringList &arguments);
int runImport(const QStringList &arguments);
int runShow(const QStringList &arguments);
int runStats(const QStringList &arguments);

// What the commands share.

/// Prints one line on standard error and gives the exit code: kWrongUsage for a value that was
/// given and is none (a store URL, an address), else kFailed.
int fail(const Error &error);
int wrongUsage(const QString &message);

/// Parses; when that ends the program (--help, a wrong option) gives the exit code.
[[nodiscard]] std::optional<int> parse(QCommandLineParser &parser, const QStringList &arguments);

/// The query, or the exit code once its mistake was printed.
[[nodiscard]] std::variant<query::Query, int> parseQuery(const QString &text);
/// Prints which name the store does not have, if there is one, and gives the exit code.
[[nodiscard]] std::optional<int> checkNames(const query::Query &query, query::QuerySource &source);

void addFormatOption(QCommandLineParser &parser);
[[nodiscard]] Result<Format> formatOf(const QCommandLineParser &parser);

/// Opens the store named by --db, XRAY_DB or the default. One to read from must be there.
[[nodiscard]] Result<std::unique_ptr<store::Store>> openStore(const QCommandLineParser &parser,
                                                              store::StoreUse use);

} // namespace xray::app
