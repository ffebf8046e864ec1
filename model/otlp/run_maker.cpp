// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/run_maker.h"

#include "model/otlp/event_fields.h"
#include "model/otlp/rule_matching.h"
#include "model/otlp/span_body.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace xray::otlp {

namespace {

constexpr qsizetype kMaxPayloadOfRun = 16 * 1024; // bytes; lists of runs read metadata
constexpr std::size_t kMaxMissingNamed = 20;
constexpr std::size_t kMaxTags = 64;
constexpr std::size_t kMaxServices = 64;

class RunMaker
{
public:
    explicit RunMaker(const Trace &trace)
        : m_trace(trace)
    {
    }

    [[nodiscard]] ExecutionEvent make() const
    {
        ExecutionEvent run;
        run.id = m_trace.id();
        run.source = Source::Otlp;
        run.pipelineName = pipelineName();
        run.environment = textField(claim(&TraceClaims::environment));
        run.session = textField(claim(&TraceClaims::session));
        run.tags = tags();
        run.status = runStatus();
        run.startedAt = m_trace.begin();
        run.endedAt = Field<TimeNs>::null();
        run.duration = Field<DurationNs>::null();
        if (m_trace.root() && m_trace.root()->end) {
            run.endedAt = *m_trace.placed(*m_trace.root()).end;
            run.duration = *m_trace.root()->end - m_trace.root()->start;
        }
        run.metadata = metadata();
        return run;
    }

private:
    /// What the root says, or else the first span that says something.
    [[nodiscard]] QByteArray claim(QByteArray TraceClaims::*what) const
    {
        if (m_trace.root() && !(m_trace.root()->claims.*what).isEmpty())
            return m_trace.root()->claims.*what;
        const auto claimant = std::ranges::find_if(
            m_trace.spans(), [&](const SpanFacts &span) { return !(span.claims.*what).isEmpty(); });
        return claimant == m_trace.spans().end() ? QByteArray() : claimant->claims.*what;
    }

    [[nodiscard]] QByteArray nameOfRoot() const
    {
        for (const QByteArray &name :
             {m_trace.root()->claims.workflowName, m_trace.root()->claims.entityName,
              m_trace.root()->claims.functionName, bareName(m_trace.root()->name)}) {
            if (!name.isEmpty())
                return name;
        }
        return m_trace.root()->name;
    }

    [[nodiscard]] static QByteArray bareName(QByteArray name)
    {
        for (const char *prefix : {"invoke_workflow ", "invoke_agent ", "execute_tool "}) {
            if (name.startsWith(prefix))
                name.remove(0, qsizetype(qstrlen(prefix)));
        }
        for (const char *suffix : {".workflow", ".agent", ".task", ".tool"}) {
            if (name.endsWith(suffix))
                name.chop(qsizetype(qstrlen(suffix)));
        }
        return name;
    }

    [[nodiscard]] QByteArray nameWithoutRoot() const
    {
        const auto named = std::ranges::find_if(m_trace.spans(), [](const SpanFacts &span) {
            return !span.claims.outerName.isEmpty() && span.claims.agentName.isEmpty();
        });
        if (named != m_trace.spans().end())
            return named->claims.outerName;
        const QByteArray service = claim(&TraceClaims::service);
        return (service.isEmpty() ? "trace " + traceIdText(m_trace.id()).left(8) : service) +
               " (root span missing)";
    }

    [[nodiscard]] QByteArray pipelineName() const
    {
        QByteArray name = claim(&TraceClaims::traceName);
        if (name.isEmpty())
            name = m_trace.root() ? nameOfRoot() : nameWithoutRoot();
        return renamed(m_trace.rules().pipelines,
                       m_trace.root() ? *m_trace.root() : m_trace.spans().front(), name);
    }

    [[nodiscard]] RunStatus runStatus() const
    {
        if (!m_trace.root() || !m_trace.root()->end)
            return RunStatus::Running;
        return m_trace.root()->failure ? RunStatus::Failed : RunStatus::Completed;
    }

    [[nodiscard]] std::vector<QByteArray> tags() const
    {
        std::vector<QByteArray> tags;
        for (const SpanFacts &span : m_trace.spans()) {
            for (const QByteArray &tag : span.claims.tags) {
                if (tags.size() < kMaxTags && std::ranges::find(tags, tag) == tags.end())
                    tags.push_back(tag);
            }
        }
        return tags;
    }

    // ---- metadata
    [[nodiscard]] std::vector<QByteArray> services() const
    {
        std::set<QByteArray> services;
        for (const SpanFacts &span : m_trace.spans()) {
            if (!span.claims.service.isEmpty() && services.size() < kMaxServices)
                services.insert(span.claims.service);
        }
        return {services.begin(), services.end()};
    }

    /// What has not come: the root, and spans that others name as their parent.
    [[nodiscard]] std::vector<QByteArray> missing() const
    {
        std::vector<QByteArray> missing;
        if (!m_trace.root())
            missing.push_back("root span");
        for (const quint64 parent : m_trace.tree().missingParents()) {
            if (missing.size() <= kMaxMissingNamed)
                missing.push_back("span " + spanIdText(parent));
        }
        return missing;
    }

    [[nodiscard]] double sumOf(QByteArrayView figure) const
    {
        double sum = 0;
        for (SpanIndex i = 0; i < m_trace.spans().size(); ++i) {
            if (m_trace.tree().isInnermostCall(i))
                sum += m_trace.spans()[i].figures.find(figure).value_or(0);
        }
        return sum;
    }

    /// A payload that is too large stays with the root span.
    [[nodiscard]] static JsonText shownWithRun(const JsonText &payload)
    {
        if (payload.size() <= kMaxPayloadOfRun)
            return payload;
        return "{\"cut\":true,\"bytes\":" + QByteArray::number(payload.size()) + '}';
    }

    [[nodiscard]] JsonText metadata() const
    {
        JsonText out;
        if (m_trace.root()) {
            out = withMember(out, "input", shownWithRun(m_trace.root()->payloads.input));
            out = withMember(out, "output", shownWithRun(m_trace.root()->payloads.output));
        }
        out = withMember(out, "trace_id", stringText(traceIdText(m_trace.id())));
        out = withMember(out, "services", listText(services()));
        const bool hasAi = std::ranges::any_of(
            m_trace.spans(), [](const SpanFacts &span) { return isAboutModels(span.finding); });
        out = withMember(out, "has_ai", hasAi ? "true" : "false");
        for (const char *figure : {"input_tokens", "output_tokens", "cost_usd"}) {
            if (const double sum = sumOf(figure); sum > 0 && std::isfinite(sum))
                out = withMember(out, figure, numberText(sum));
        }
        const std::vector<QByteArray> gone = missing();
        return gone.empty() ? out : withMember(out, "missing", listText(gone));
    }

    const Trace &m_trace;
};

} // namespace

ExecutionEvent runOf(const Trace &trace)
{
    return RunMaker(trace).make();
}

} // namespace xray::otlp
