// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/run_builder.h"

#include <QtGlobal>

#include <algorithm>
#include <charconv>
#include <string>

namespace xray::test {

namespace {

constexpr DurationNs kDefaultDuration = 100 * kNsPerMs;

template<class AnyId>
AnyId numbered(std::uint8_t kind, qint64 number)
{
    Uuid::Bytes bytes{};
    bytes[0] = kind;
    for (std::size_t i = 0; i < 8; ++i)
        bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return AnyId(Uuid(bytes));
}

/// Recursive descent over the text; every rule takes the time at which it starts and gives the
/// time at which it ends.
class Builder
{
public:
    explicit Builder(std::string_view text)
        : m_text(text)
        , m_rest(text)
    {
    }

    std::vector<Step> build()
    {
        if (skipSpace(); !m_rest.empty())
            sequence(kRunStart, std::nullopt);
        if (!m_rest.empty())
            fail("a step or the end");
        return std::move(m_steps);
    }

private:
    struct Shape
    {
        QString name;
        StepType type = StepType::Llm;
        StepStatus status = StepStatus::Completed;
        int count = 1;
        int atOnce = 1;
        std::optional<DurationNs> duration;
        std::optional<qint64> in, out;
    };
    using Parent = std::optional<StepId>;

    TimeNs sequence(TimeNs start, const Parent &parent)
    {
        TimeNs end = parallel(start, parent);
        while (take('>'))
            end = parallel(end, parent);
        return end;
    }

    TimeNs parallel(TimeNs start, const Parent &parent)
    {
        TimeNs end = step(start, parent);
        while (take('|'))
            end = std::max(end, step(start, parent));
        return end;
    }

    TimeNs step(TimeNs start, const Parent &parent)
    {
        const Shape shape = readShape();
        const DurationNs duration = shape.duration.value_or(kDefaultDuration);
        TimeNs end = start;
        std::size_t last = 0;
        for (int i = 0; i < shape.count; ++i) {
            const TimeNs begin = start + i / shape.atOnce * duration;
            last = add(shape, begin, duration, parent);
            end = begin + duration;
        }
        return take('{') ? children(last, shape) : end;
    }

    TimeNs children(std::size_t position, const Shape &shape)
    {
        const TimeNs end = sequence(m_steps[position].startedAt, m_steps[position].id);
        if (!take('}'))
            fail("}");
        if (!shape.duration && m_steps[position].status != StepStatus::Running)
            setDuration(m_steps[position], end - m_steps[position].startedAt);
        return std::max(end, m_steps[position].endedAt.value_or(end));
    }

    std::size_t add(const Shape &shape, TimeNs start, DurationNs duration, const Parent &parent)
    {
        const auto index = static_cast<qint64>(m_steps.size()) + 1;
        Step step;
        step.row = StepRow{index};
        step.executionRow = ExecutionRow{1};
        step.id = stepId(index);
        step.executionId = numbered<ExecutionId>(0xe0, 1);
        step.parentId = parent;
        step.index = index;
        step.name = shape.name;
        step.type = shape.type;
        step.status = shape.status;
        step.startedAt = start;
        step.countIn = shape.in;
        step.countOut = shape.out;
        step.errorCount = shape.status == StepStatus::Failed ? 1 : 0;
        if (shape.status != StepStatus::Running)
            setDuration(step, duration);
        m_steps.push_back(std::move(step));
        return m_steps.size() - 1;
    }

    static void setDuration(Step &step, DurationNs duration)
    {
        step.duration = duration;
        step.endedAt = step.startedAt + duration;
    }

    Shape readShape()
    {
        Shape shape;
        shape.name = readName();
        if (take(':'))
            shape.type = readType();
        if (take('*'))
            shape.count = static_cast<int>(readNumber());
        if (take('/'))
            shape.atOnce = static_cast<int>(readNumber());
        if (take('('))
            shape.duration = readDuration();
        if (take('['))
            readCounts(shape);
        if (take('!'))
            shape.status = StepStatus::Failed;
        else if (take('~'))
            shape.status = StepStatus::Running;
        return shape;
    }

    QString readName()
    {
        skipSpace();
        std::string_view name = m_rest.substr(0, m_rest.find_first_of(">|:*/([!~{}"));
        m_rest.remove_prefix(name.size());
        name = name.substr(0, name.find_last_not_of(' ') + 1);
        if (name.empty())
            fail("a name");
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }

    StepType readType()
    {
        const auto type = stepTypeFromWord(readWord());
        if (!type)
            fail("a step type");
        return type.value_or(StepType::Other);
    }

    DurationNs readDuration()
    {
        const qint64 number = readNumber();
        const std::string_view unit = readWord();
        DurationNs ns = 0;
        if (unit == "ns")
            ns = 1;
        else if (unit == "us")
            ns = kNsPerUs;
        else if (unit == "ms")
            ns = kNsPerMs;
        else if (unit == "s")
            ns = kNsPerSecond;
        else if (unit == "min")
            ns = kNsPerMinute;
        if (ns == 0 || !take(')'))
            fail("ns, us, ms, s or min, and )");
        return number * ns;
    }

    void readCounts(Shape &shape)
    {
        if (!m_rest.starts_with('-'))
            shape.in = readNumber();
        if (!take('-') || !take('>'))
            fail("->");
        shape.out = readNumber();
        if (!take(']'))
            fail("]");
    }

    qint64 readNumber()
    {
        skipSpace();
        qint64 number = 0;
        const auto [end, error] =
            std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), number);
        if (error != std::errc{})
            fail("a number");
        m_rest.remove_prefix(end - m_rest.data());
        return number;
    }

    std::string_view readWord()
    {
        skipSpace();
        const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
        const auto end = std::ranges::find_if_not(m_rest, isLetter);
        const std::string_view word = m_rest.substr(0, end - m_rest.begin());
        m_rest.remove_prefix(word.size());
        return word;
    }

    bool take(char sign)
    {
        skipSpace();
        if (!m_rest.starts_with(sign))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    void skipSpace()
    {
        while (m_rest.starts_with(' ') || m_rest.starts_with('\n'))
            m_rest.remove_prefix(1);
    }

    void fail(const char *expected) const
    {
        qFatal("run(): expected %s at character %d of: %s", expected,
               static_cast<int>(m_text.size() - m_rest.size()), std::string(m_text).c_str());
    }

    std::string_view m_text;
    std::string_view m_rest;
    std::vector<Step> m_steps;
};

RunStatus statusOf(const std::vector<Step> &steps)
{
    const auto running = [](const Step &step) { return step.status == StepStatus::Running; };
    const auto failed = [](const Step &step) {
        return step.status == StepStatus::Failed && !step.parentId;
    };
    if (std::ranges::any_of(steps, running))
        return RunStatus::Running;
    return std::ranges::any_of(steps, failed) ? RunStatus::Failed : RunStatus::Completed;
}

} // namespace

StepId stepId(qint64 index)
{
    return numbered<StepId>(0x57, index);
}

RunSnapshotPtr run(std::string_view text)
{
    std::vector<Step> steps = Builder(text).build();
    auto snapshot = std::make_shared<RunSnapshot>();
    snapshot->revision = 1;
    Execution &run = snapshot->run;
    run.row = ExecutionRow{1};
    run.id = numbered<ExecutionId>(0xe0, 1);
    run.pipelineName = QStringLiteral("pipeline");
    run.startedAt = kRunStart;
    run.status = statusOf(steps);
    run.stepCount = static_cast<qint64>(steps.size());
    if (run.status != RunStatus::Running) {
        TimeNs end = kRunStart;
        for (const Step &step : steps)
            end = std::max(end, effectiveEnd(step).value_or(end));
        run.endedAt = end;
        run.duration = end - kRunStart;
    }
    for (const Step &step : steps)
        run.errorCount += step.errorCount;
    snapshot->steps = StepList(std::move(steps));
    return snapshot;
}

} // namespace xray::test
