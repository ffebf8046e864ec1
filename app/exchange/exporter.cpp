// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/exporter.h"

#include "app/exchange/bundle.h"
#include "app/exchange/otlp_writer.h"
#include "app/exchange/perfetto.h"

#include <QFileDevice>

namespace xray::app {

namespace {

/// What an export writes before, for each, and after the runs.
struct Writing
{
    QByteArray before;
    std::function<QByteArray(const RunContents &)> each;
    QByteArray after;
};

Writing writingOf(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Bundle:
        return {bundleHeading(), bundleOf, {}};
    case ExportFormat::Otlp:
        return {{}, otlpLineOf, {}};
    case ExportFormat::Perfetto:
        break;
    }
    auto writer = std::make_shared<PerfettoWriter>();
    return {writer->begin(), [writer](const RunContents &run) { return writer->run(run); },
            writer->end()};
}

Result<> put(QIODevice &out, const QByteArray &bytes)
{
    if (out.write(bytes) == bytes.size())
        return Success{};
    return Error{ErrorCode::Unavailable,
                 QStringLiteral("Writing the export failed: %1.").arg(out.errorString())};
}

/// What is still in memory goes where a full disk can be noticed.
Result<> flush(QIODevice &out)
{
    auto *file = qobject_cast<QFileDevice *>(&out);
    if (!file || file->flush())
        return Success{};
    return Error{ErrorCode::Unavailable,
                 QStringLiteral("Writing the export failed: %1.").arg(file->errorString())};
}

} // namespace

std::optional<ExportFormat> exportFormatFromWord(QStringView word)
{
    if (word == QLatin1String("bundle"))
        return ExportFormat::Bundle;
    if (word == QLatin1String("otlp"))
        return ExportFormat::Otlp;
    if (word == QLatin1String("perfetto"))
        return ExportFormat::Perfetto;
    return std::nullopt;
}

Result<> exportRuns(RunSource &source, const std::vector<ExecutionId> &runs, ExportFormat format,
                    QIODevice &out, const Ticket &ticket,
                    const std::function<void(std::size_t)> &done)
{
    const Writing writing = writingOf(format);
    if (auto written = put(out, writing.before); !written)
        return written;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto contents = readRun(source, runs[i], ticket);
        if (!contents)
            return contents.error();
        if (auto written = put(out, writing.each(*contents)); !written)
            return written;
        done(i + 1);
    }
    auto written = put(out, writing.after);
    return written ? flush(out) : written;
}

} // namespace xray::app
