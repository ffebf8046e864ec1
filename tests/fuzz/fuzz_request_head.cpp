// SPDX-License-Identifier: GPL-3.0-or-later
// Any request line and header fields get a verdict: a denial is one a client can act on, a web page
// gets nowhere, and the question of an accepted target can be asked again from its cursor.

#include <model/ingest/http_policy.h>
#include <model/ingest/query_parameters.h>
#include <model/ingest/routes.h>

#include <cstdlib>

using namespace xray;
using namespace xray::ingest;

namespace {

constexpr qint64 kMaxBytes = 1024;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void addField(RequestHead &head, const QByteArray &name, const QByteArray &value)
{
    if (name == "host")
        head.hosts.append(value);
    else if (name == "origin")
        head.origins.append(value);
    else if (name == "transfer-encoding")
        head.transferEncodings.append(value);
    else if (name == "content-length")
        head.contentLengths.append(value);
    else if (name == "authorization")
        head.authorization = value;
    else if (name == "content-type")
        head.contentType = value;
    else if (name == "content-encoding")
        head.contentEncoding = value.toLower();
    else if (name == "expect")
        head.expect = value.toLower();
}

/// "POST /batch", then a field a line.
RequestHead headOf(const QByteArray &text)
{
    const QByteArrayList lines = text.split('\n');
    RequestHead head;
    head.method = textBefore(lines.first(), ' ');
    head.target = lines.first().mid(head.method.size() + 1);
    for (const QByteArray &line : lines.mid(1)) {
        const QByteArray name = textBefore(line, ':');
        addField(head, name.toLower(), line.mid(name.size() + 1).trimmed());
    }
    head.chunked = !head.transferEncodings.isEmpty();
    if (!head.contentLengths.isEmpty())
        head.contentLength = head.contentLengths.first().toULongLong();
    return head;
}

void checkDenial(const Denial &denial)
{
    require(denial.status >= 400 && denial.status < 500 && !denial.message.isEmpty());
    require(denial.headers.isEmpty() || denial.headers.endsWith("\r\n"));
}

void checkVerdict(const std::optional<Denial> &denial)
{
    if (denial)
        checkDenial(*denial);
}

void checkAccessRules(const RequestHead &head)
{
    const auto fromLoopback = checkAccess(head, {});
    checkVerdict(fromLoopback);
    require(fromLoopback || head.origins.isEmpty());
    checkVerdict(checkAccess(head, {HostRule::AnyAddress, {"host"}, {"http://page"}, "token"}));
}

/// A cursor that was read is given out again as the same place.
void checkQuestions(const QByteArray &query)
{
    if (const auto call = parseRunCall(query); call && call->page.after) {
        Execution run;
        std::tie(run.startedAt, run.id) = *call->page.after;
        const auto again = parseRunCall("cursor=" + cursorAfter(run));
        require(again && again->page.after == call->page.after);
    }
    if (const auto call = parseStepCall(query); call && call->page.after) {
        Step step;
        std::tie(step.index, step.row) = *call->page.after;
        const auto again = parseStepCall(query + "&cursor=" + cursorAfter(step));
        require(again && again->page.after == call->page.after);
    }
    if (const auto call = parseStepCall(query); call && call->before) {
        Step step;
        step.row = *call->before;
        const auto again = parseStepCall(query + "&cursor=" + queryCursorAfter(step));
        require(again && again->before == call->before);
    }
    (void)parseStreamCall(query);
    (void)parseErrorCall(query);
    (void)parseNoParameters(query);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const RequestHead head =
        headOf(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    const auto framing = checkFraming(head);
    checkVerdict(framing);
    if (framing)
        return 0;
    checkAccessRules(head);
    const QByteArray target = originForm(head.target);
    const QByteArray path = textBefore(target, '?');
    const auto route = findRoute(head.method, path);
    if (const auto *denial = std::get_if<Denial>(&route))
        checkDenial(*denial);
    else
        checkVerdict(checkBody(head, std::get<Route>(route), kMaxBytes));
    checkQuestions(target.mid(path.size() + 1));
    return 0;
}
