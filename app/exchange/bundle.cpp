// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/bundle.h"

#include "app/exchange/run_events.h"

#include <model/store/event_json.h>

namespace xray::app {

namespace {

constexpr char kHeading[] = R"({"xray_bundle":1})";

void append(QByteArray &lines, const Event &event)
{
    lines += store::eventToJson(event);
    lines += '\n';
}

void appendSpans(QByteArray &lines, const RunContents &contents)
{
    for (const StoredSpan &stored : contents.spans)
        append(lines, stored.span);
}

void appendSteps(QByteArray &lines, const RunContents &contents)
{
    append(lines, eventOf(contents.run));
    for (const StepDetail &step : contents.steps)
        append(lines, eventOf(step));
    for (const ExecutionError &error : contents.errors)
        append(lines, eventOf(error));
}

} // namespace

QByteArray bundleHeading()
{
    return QByteArray(kHeading) + '\n';
}

bool isBundleHeading(QByteArrayView line)
{
    return line.trimmed() == QByteArrayView(kHeading);
}

QByteArray bundleOf(const RunContents &contents)
{
    QByteArray lines;
    if (contents.spans.empty())
        appendSteps(lines, contents);
    else
        appendSpans(lines, contents);
    if (const auto closing = closingEventOf(contents))
        append(lines, *closing);
    return lines;
}

} // namespace xray::app
