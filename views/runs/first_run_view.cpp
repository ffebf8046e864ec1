// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/first_run_view.h"

#include "views/runs/code_block.h"

#include <views/look/icons.h>
#include <views/look/theme.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace xray::views {

namespace {

constexpr int kPageWidth = 760;
constexpr int kLogoSize = 48;

const char *const kCurl = R"(curl -s URL/batch -H 'Content-Type: application/json' -d '[
  {"op": "start", "id": "0192f3a8-51c7-7000-8000-000000000001", "pipeline_name": "my_first_pipeline"},
  {"op": "step", "execution_id": "0192f3a8-51c7-7000-8000-000000000001",
   "step_name": "search_products", "step_type": "api", "duration_ms": 452,
   "input_payload": {"query": "laptop stand"}, "output_payload": {"found": 50}},
  {"op": "step", "execution_id": "0192f3a8-51c7-7000-8000-000000000001",
   "step_name": "filter_relevance", "step_type": "filter", "duration_ms": 120,
   "input_payload": {"total_candidates": 50}, "output_payload": {"remaining_candidates": 5},
   "reasoning_payload": {"reason": "Kept what costs less than 40 EUR."}},
  {"op": "end", "id": "0192f3a8-51c7-7000-8000-000000000001", "status": "completed"}]')";

const char *const kPython = R"(import json, urllib.request, uuid

run = str(uuid.uuid4())
events = [
    {"op": "start", "id": run, "pipeline_name": "my_first_pipeline"},
    {"op": "step", "execution_id": run, "step_name": "search_products", "step_type": "api",
     "duration_ms": 452, "input_payload": {"query": "laptop stand"}, "output_payload": {"found": 50}},
    {"op": "step", "execution_id": run, "step_name": "filter_relevance", "step_type": "filter",
     "duration_ms": 120, "input_payload": {"total_candidates": 50},
     "output_payload": {"remaining_candidates": 5},
     "reasoning_payload": {"reason": "Kept what costs less than 40 EUR."}},
    {"op": "end", "id": run, "status": "completed"}]
request = urllib.request.Request("URL/batch", json.dumps(events).encode(),
                                 {"Content-Type": "application/json"})
print(urllib.request.urlopen(request).read().decode()))";

QString filled(const char *lines, const QString &url)
{
    return QString::fromLatin1(lines).replace(QStringLiteral("URL"), url);
}

QLabel *makeLabel(const QString &text, const QString &role, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("role", role);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

FirstRunView::FirstRunView(QWidget *parent)
    : QScrollArea(parent)
    , m_listening(makeLabel({}, QStringLiteral("muted"), this))
    , m_curl(new CodeBlock(QStringLiteral("In a shell"), this))
    , m_python(new CodeBlock(QStringLiteral("In Python"), this))
{
    setAccessibleName(QStringLiteral("How to send a first run"));
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    auto *column = new QWidget(this);
    column->setMaximumWidth(kPageWidth);
    auto *page = new QVBoxLayout(column);
    page->setContentsMargins(24, 24, 24, 24);
    page->setSpacing(12);
    page->addStretch(1);
    addHead(page);
    page->addWidget(m_curl);
    page->addWidget(m_python);
    addActions(page);
    page->addStretch(2);
    auto *content = new QWidget(this);
    auto *center = new QHBoxLayout(content);
    center->setContentsMargins(0, 0, 0, 0);
    center->addStretch(1);
    center->addWidget(column, 100);
    center->addStretch(1);
    setWidget(content);
    setEndpoint({});
}

void FirstRunView::addHead(QVBoxLayout *page)
{
    auto *logo = new QLabel(this);
    logo->setPixmap(appIcon().pixmap(QSize(kLogoSize, kLogoSize), devicePixelRatioF()));
    page->addWidget(logo);
    auto *title = makeLabel(QStringLiteral("Send a first run"), QStringLiteral("title"), this);
    title->setFont(titleFont());
    page->addWidget(title);
    page->addWidget(makeLabel(
        QStringLiteral(
            "X-Ray shows what each step of an AI pipeline decided, and why: what went in, "
            "what came out, what was dropped by which rule."),
        {}, this));
    page->addWidget(m_listening);
    m_listening->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

void FirstRunView::addActions(QVBoxLayout *page)
{
    auto *open =
        new QPushButton(icon(QLatin1String("folder")), QStringLiteral("Open a store…"), this);
    auto *demo =
        new QPushButton(icon(QLatin1String("play")), QStringLiteral("Load the demo"), this);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(makeLabel(QStringLiteral("Or look at runs that are there already:"),
                             QStringLiteral("muted"), this),
                   1);
    row->addWidget(open);
    row->addWidget(demo);
    page->addLayout(row);
    connect(open, &QPushButton::clicked, this, &FirstRunView::openStoreRequested);
    connect(demo, &QPushButton::clicked, this, &FirstRunView::loadDemoRequested);
}

void FirstRunView::setEndpoint(const QString &url)
{
    const bool listens = !url.isEmpty();
    m_listening->setText(
        listens
            ? QStringLiteral("Listening on %1. A run appears here the moment it is sent.").arg(url)
            : QStringLiteral(
                  "Not listening. Start with --listen 127.0.0.1:4318, or open a store."));
    m_curl->setVisible(listens);
    m_python->setVisible(listens);
    m_curl->setCode(curlLines(url));
    m_python->setCode(pythonLines(url));
}

QString FirstRunView::curlLines(const QString &url)
{
    return filled(kCurl, url);
}

QString FirstRunView::pythonLines(const QString &url)
{
    return filled(kPython, url);
}

} // namespace xray::views
