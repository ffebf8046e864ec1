// SPDX-License-Identifier: GPL-3.0-or-later
// What a process under test costs: memory, processor time, descriptors, as Linux tells them under
// /proc. A value on the stack of a test; knows the process by its id only.
#pragma once

#include <QtGlobal>

namespace xray::tests {

class ProcessWatch
{
public:
    explicit ProcessWatch(qint64 pid)
        : m_pid(pid)
    {
    }

    /// In memory now (VmRSS), bytes.
    [[nodiscard]] qint64 residentBytes() const { return statusBytes("VmRSS:"); }
    /// The most there was since forgetPeak(), or since the start (VmHWM), bytes.
    [[nodiscard]] qint64 peakBytes() const { return statusBytes("VmHWM:"); }
    void forgetPeak() const;

    /// Processor time used so far by all its threads, ms.
    [[nodiscard]] qint64 cpuMs() const;
    [[nodiscard]] int openDescriptors() const;
    /// At most so many may be open from now on.
    void limitDescriptors(int most) const;

private:
    [[nodiscard]] qint64 statusBytes(const char *name) const;

    qint64 m_pid;
};

} // namespace xray::tests
