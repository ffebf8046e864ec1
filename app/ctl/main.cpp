// SPDX-License-Identifier: GPL-3.0-or-later
// xrayctl: everything of X-Ray without a window.
#include "app/ctl/command.h"

#include <model/core/heap.h>
#include <model/core/text.h>

#include <QCoreApplication>
#include <QTextStream>

#include <algorithm>

namespace {

using namespace xray::app;

constexpr Command kCommands[] = {
    {"serve", "take runs over HTTP into a store", runServe},
    {"query", "print the steps or runs that match a query", runQuery},
    {"show", "list runs, or print one with its steps", runShow},
    {"stats", "count what a store holds", runStats},
    {"import", "read files of runs into a store", runImport},
    {"export", "write runs for others, or to be read back", runExport},
    {"demo", "write demo runs into a store", runDemo},
};

void printUsage(QTextStream &out)
{
    out << "Usage: xrayctl COMMAND [OPTIONS]\n\nCommands:\n";
    for (const Command &command : kCommands)
        out << "  " << QString::fromLatin1(command.name).leftJustified(8) << command.summary
            << '\n';
    out << "\nxrayctl COMMAND --help tells a command's options. Exit status: 0 done, 1 failed, "
           "2 wrong usage.\n";
}

int unknownCommand(const QString &name)
{
    QStringList names;
    for (const Command &command : kCommands)
        names += QString::fromLatin1(command.name);
    const QString near = xray::nearestWord(name, names);
    return wrongUsage(
        QStringLiteral("there is no command \"%1\". ").arg(name) +
        (near.isEmpty()
             ? QStringLiteral("The commands are %1.").arg(names.join(QStringLiteral(", ")))
             : QStringLiteral("Did you mean \"%1\"?").arg(near)));
}

} // namespace

int main(int argc, char *argv[])
{
    xray::returnLargeBlocks();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("xrayctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(XRAY_VERSION));
    QStringList arguments = QCoreApplication::arguments();
    QTextStream out(stdout);
    if (arguments.size() < 2) {
        QTextStream err(stderr);
        printUsage(err);
        return kWrongUsage;
    }
    const QString name = arguments.takeAt(1);
    if (name == QStringLiteral("--help") || name == QStringLiteral("-h")) {
        printUsage(out);
        return kDone;
    }
    if (name == QStringLiteral("--version")) {
        out << "xrayctl " << XRAY_VERSION << '\n';
        return kDone;
    }
    const auto *command = std::ranges::find_if(
        kCommands, [&](const Command &c) { return name == QLatin1String(c.name); });
    return command == std::end(kCommands) ? unknownCommand(name) : command->run(arguments);
}
