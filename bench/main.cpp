// SPDX-License-Identifier: GPL-3.0-or-later
// xray_bench: what X-Ray can do on this machine, each figure beside a yardstick of the same run.
//   xray_bench [--json] [--quick] [--runs N] [--steps N] [--stores FOLDER] [--list] [GROUP…]
//   xray_bench [--minutes N] soak
#include "bench/groups.h"

#include <model/core/heap.h>

#ifdef XRAY_BENCH_WINDOW
#include <QApplication>
#else
#include <QCoreApplication>
#endif

#include <QCommandLineParser>
#include <QSettings>
#include <QTemporaryDir>

#include <algorithm>

namespace {

using namespace xray;
using namespace xray::bench;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kSoakMinutes = 60;

enum class When { Always, OnRequest };

struct Group
{
    const char *name;
    const char *what;
    Result<> (*measure)(const Context &);
    When when = When::Always;
};

constexpr Group kGroups[] = {
    {"writer", "steps committed by the store's writer", measureWriter},
    {"decode", "NDJSON to events", measureDecoder},
    {"otlp", "OTLP to spans, spans to runs, over HTTP until committed", measureOtlp},
    {"trace", "what others wait while a trace of 100,000 spans arrives", measureLargeTrace},
    {"http", "batches and single posts over HTTP until committed", measureHttp},
    {"latency", "from a post to the change feed's signal", measureLatency},
    {"list", "order and pages of a million runs", measureRunList},
    {"run", "opening and refreshing a run of 100,000 steps", measureOpenRun},
    {"query", "questions to 1,000,000 steps (--runs: a tenth of them)", measureQueries},
#ifdef XRAY_BENCH_WINDOW
    {"timeline", "showing a run of 100,000 steps", measureTimeline},
    {"window", "start, scrolling, live rows and smoothness of the window", measureWindow},
    {"ask", "from Return in the query field to the first page painted, at 1,000,000 steps",
     measureAsking},
    {"soak", "an hour of the window under a steady load (on request)", measureSoak,
     When::OnRequest},
#endif
};

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QStringLiteral("Measures X-Ray, each figure beside a yardstick taken in the same run."));
    parser.addHelpOption();
    parser.addOption({QStringLiteral("json"), QStringLiteral("One JSON line a figure.")});
    parser.addOption({QStringLiteral("quick"), QStringLiteral("A tenth of the data.")});
    parser.addOption({QStringLiteral("runs"), QStringLiteral("Runs in the big store (1000000)."),
                      QStringLiteral("N")});
    parser.addOption({QStringLiteral("steps"),
                      QStringLiteral("Steps of each run in the big store (0)."),
                      QStringLiteral("N"), QStringLiteral("0")});
    parser.addOption({QStringLiteral("stores"),
                      QStringLiteral("Make the large stores here, and use those of another time."),
                      QStringLiteral("FOLDER")});
    parser.addOption({QStringLiteral("minutes"), QStringLiteral("Length of the soak (60)."),
                      QStringLiteral("N"), QString::number(kSoakMinutes)});
    parser.addOption({QStringLiteral("list"), QStringLiteral("List the groups and end.")});
    parser.addPositionalArgument(QStringLiteral("group"),
                                 QStringLiteral("What to measure; everything without it."),
                                 QStringLiteral("[GROUP…]"));
}

int listGroups()
{
    QTextStream out(stdout);
    for (const Group &group : kGroups)
        out << qSetFieldWidth(12) << Qt::left << group.name << qSetFieldWidth(0) << group.what
            << '\n';
    return 0;
}

bool isGroup(const QString &name)
{
    return std::ranges::any_of(kGroups,
                               [&](const Group &g) { return name == QLatin1String(g.name); });
}

int complain(int code, const QString &message)
{
    QTextStream(stderr) << "xray_bench: " << message << '\n';
    return code;
}

bool isWanted(const Group &group, const QStringList &names)
{
    return names.isEmpty() ? group.when == When::Always : names.contains(QLatin1String(group.name));
}

int measure(const QStringList &names, const Context &context)
{
    for (const Group &group : kGroups) {
        if (!isWanted(group, names))
            continue;
        if (const auto measured = group.measure(context); !measured)
            return complain(kFailed, QLatin1String(group.name) + QStringLiteral(": ") +
                                         measured.error().message);
    }
    return 0;
}

/// The value of an option that is a number of at least `least`; absent when it is none.
std::optional<int> numberOf(const QCommandLineParser &parser, const char *option, int least)
{
    bool isNumber = false;
    const int number = parser.value(QLatin1String(option)).toInt(&isNumber);
    return isNumber && number >= least ? std::optional(number) : std::nullopt;
}

/// What the options say, or nothing when one is wrong.
std::optional<Context> contextOf(const QCommandLineParser &parser, Report &report,
                                 const QString &folder)
{
    Context context{report, Size::Full, folder, folder};
    if (parser.isSet(QStringLiteral("quick")))
        context.size = Size::Quick;
    if (parser.isSet(QStringLiteral("stores")))
        context.stores = parser.value(QStringLiteral("stores"));
    if (parser.isSet(QStringLiteral("runs")))
        context.runs = numberOf(parser, "runs", 1);
    const auto steps = numberOf(parser, "steps", 0);
    const auto minutes = numberOf(parser, "minutes", 1);
    if (!steps || !minutes || parser.isSet(QStringLiteral("runs")) != context.runs.has_value())
        return std::nullopt;
    context.stepsPerRun = *steps;
    context.soakMinutes = *minutes;
    return context;
}

#ifdef XRAY_BENCH_WINDOW
using Application = QApplication;

void chooseScreen()
{
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
        qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}
#else
using Application = QCoreApplication;

void chooseScreen() {}
#endif

} // namespace

int main(int argc, char *argv[])
{
    xray::returnLargeBlocks();
    chooseScreen();
    const Application application(argc, argv);
    QCommandLineParser parser;
    describe(parser);
    parser.process(application);
    if (parser.isSet(QStringLiteral("list")))
        return listGroups();
    const QStringList names = parser.positionalArguments();
    const auto unknown = std::ranges::find_if_not(names, isGroup);
    if (unknown != names.end())
        return complain(
            kWrongUsage,
            QStringLiteral("There is no group %1; see xray_bench --list.").arg(*unknown));
    const QTemporaryDir folder;
    if (!folder.isValid())
        return complain(kFailed, folder.errorString());
    // The window remembers its stores and sizes; here it must not touch the user's.
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.path());
    Report report(parser.isSet(QStringLiteral("json")) ? Format::Json : Format::Table);
    const auto context = contextOf(parser, report, folder.path());
    if (!context)
        return complain(kWrongUsage, QStringLiteral("--runs, --steps and --minutes take numbers."));
    return measure(names, *context);
}
