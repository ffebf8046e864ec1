// SPDX-License-Identifier: GPL-3.0-or-later
// xray: the desktop app.
#include "app/host/host_arguments.h"
#include "app/host/signal_watcher.h"
#include "app/window/main_window.h"

#include <model/core/heap.h>
#include <views/look/icons.h>
#include <views/look/style.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QTextStream>

namespace {

using namespace xray;
using namespace xray::app;

constexpr int kWrongUsage = 2;

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QStringLiteral("A visual debugger for multi-step AI pipelines."));
    parser.addHelpOption();
    parser.addVersionOption();
    addStoreOptions(parser);
    addListenerOptions(parser);
    parser.addOption(
        {QStringLiteral("run"), QStringLiteral("Open this run."), QStringLiteral("ID")});
    parser.addOption(
        {QStringLiteral("query"), QStringLiteral("Ask this query."), QStringLiteral("TEXT")});
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A file of runs to read into the store."),
                                 QStringLiteral("[FILE…]"));
    parser.addOption({QStringLiteral("demo"),
                      QStringLiteral("Open a store with demo runs beside the default store.")});
}

/// A run id that is none is a mistake to tell of, not to ignore.
Result<StartRequest> requestFrom(const QCommandLineParser &parser)
{
    StartRequest request{
        parser.value(QStringLiteral("run")), parser.value(QStringLiteral("query")), {}};
    for (const QString &file : parser.positionalArguments())
        request.files += QFileInfo(file).absoluteFilePath(); // another instance may read it
    if (!request.run.isEmpty() && !ExecutionId::fromText(request.run.toStdString()))
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("--run takes the id of a run, a UUID; \"%1\" is none.")
                         .arg(request.run)};
    return request;
}

int wrongUsage(const Error &error)
{
    QTextStream(stderr) << "xray: " << error.message << '\n';
    return kWrongUsage;
}

} // namespace

int main(int argc, char *argv[])
{
    returnLargeBlocks();
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("xray"));
    QApplication::setApplicationDisplayName(QStringLiteral("X-Ray"));
    QApplication::setApplicationVersion(QStringLiteral(XRAY_VERSION));
    QApplication::setOrganizationName(QStringLiteral("xray"));
    QApplication::setDesktopFileName(QStringLiteral("xray"));

    QCommandLineParser parser;
    describe(parser);
    parser.process(application);
    const bool demo = parser.isSet(QStringLiteral("demo"));
    const auto fallback =
        demo ? std::optional(store::defaultStoreUrl(QStringLiteral("demo.db"))) : std::nullopt;
    auto options = hostOptionsFrom(parser, fallback);
    if (!options)
        return wrongUsage(options.error());
    const auto request = requestFrom(parser);
    if (!request)
        return wrongUsage(request.error());

    SingleInstance instance(options->store.url.toString());
    if (instance.handOver(*request))
        return 0;
    instance.listen();

    Settings settings;
    views::SchemeWatcher scheme;
    scheme.choose(settings.scheme());
    views::applyLook(application, scheme.scheme());
    QObject::connect(&scheme, &views::SchemeWatcher::schemeChanged, &application,
                     [&](views::Scheme now) { views::applyLook(application, now); });
    QApplication::setWindowIcon(views::appIcon());

    MainWindow window(settings, scheme);
    QObject::connect(&instance, &SingleInstance::requested, &window,
                     qOverload<const StartRequest &>(&MainWindow::show));
    SignalWatcher watcher;
    QObject::connect(&watcher, &SignalWatcher::stopRequested, &window, &QWidget::close);
    window.show();
    window.show(*request);
    window.openStore(std::move(*options), demo ? DemoFill::IfEmpty : DemoFill::No);
    return QApplication::exec();
}
