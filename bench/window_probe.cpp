// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/window_probe.h"

#include "bench/event_loop.h"

#include <views/runs/run_list_panel.h>

#include <QCoreApplication>
#include <QEvent>
#include <QFile>

#include <unistd.h>

namespace xray::bench {

namespace {

constexpr QSize kWindowSize{1500, 900};
constexpr double kMiB = 1024.0 * 1024.0;

} // namespace

PaintWatch::PaintWatch(QWidget *widget, std::function<void()> painted)
    : m_painted(std::move(painted))
{
    widget->installEventFilter(this);
}

bool PaintWatch::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() != QEvent::Paint || m_painting)
        return false;
    m_painting = true;
    QCoreApplication::sendEvent(object, event);
    m_painting = false;
    m_painted();
    return true;
}

LoopWatch::LoopWatch()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
        const auto now = Clock::now();
        m_gaps.push_back(std::chrono::duration<double, std::milli>(now - m_last).count());
        m_last = now;
    });
    m_timer.start(1);
}

ProbedWindow::ProbedWindow(const QString &path, app::Listening listening)
    : m_window(m_settings, m_scheme)
{
    app::HostOptions options;
    options.store.url.path = path;
    options.listener.port = 0;
    options.listening = listening;
    m_window.resize(kWindowSize);
    m_window.show();
    m_window.openStore(std::move(options));
}

Result<> ProbedWindow::waitForList()
{
    if (!runUntil([this] { return m_window.workspace() != nullptr; }))
        return Error{ErrorCode::Internal, QStringLiteral("The window did not open the store")};
    bool painted = false;
    const PaintWatch watch(view().viewport(), [&] { painted = runs().at(0) != nullptr; });
    view().viewport()->update(); // it may have been painted already
    if (!runUntil([&] { return painted; }))
        return Error{ErrorCode::Internal, QStringLiteral("The list was not painted")};
    return Success{};
}

Result<quint16> ProbedWindow::waitForPort()
{
    if (!runUntil([this] { return m_window.host()->state().isListening(); }))
        return Error{ErrorCode::Unavailable, QStringLiteral("The window does not listen")};
    const QString address = m_window.host()->state().address;
    return address.mid(address.lastIndexOf(QLatin1Char(':')) + 1).toUShort();
}

views::RunListView &ProbedWindow::view()
{
    return *m_window.workspace()->runPanel().view();
}

double residentMiB()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArrayList pages = file.readAll().split(' ');
    return pages.value(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) / kMiB;
}

} // namespace xray::bench
