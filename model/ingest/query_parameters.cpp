// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/query_parameters.h"

#include <model/core/text.h>

#include <QByteArrayList>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace xray::ingest {

namespace {

constexpr int kMaxPage = 1000;

using Parameter = std::pair<QByteArray, QByteArray>;
using Parameters = std::vector<Parameter>;

std::string_view view(const QByteArray &bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

QByteArray decoded(QByteArray text)
{
    text.replace('+', ' ');
    return QByteArray::fromPercentEncoding(text);
}

Error invalid(const QByteArray &name, const char *why)
{
    const QString field = QString::fromUtf8(name);
    return {ErrorCode::InvalidValue,
            QStringLiteral("The parameter %1 %2.").arg(field, QLatin1String(why)), field};
}

Error unknown(const QByteArray &name, std::initializer_list<const char *> known)
{
    QStringList names;
    for (const char *each : known)
        names.append(QString::fromLatin1(each));
    const QString field = QString::fromUtf8(name.left(80));
    const QString nearest = nearestWord(field, names);
    QString message = QStringLiteral("There is no parameter \"%1\".").arg(field);
    if (!nearest.isEmpty())
        message += QStringLiteral(" Did you mean \"%1\"?").arg(nearest);
    return {ErrorCode::UnknownField, message, field};
}

Result<Parameters> parameters(const QByteArray &query, std::initializer_list<const char *> known)
{
    Parameters found;
    for (const QByteArray &part : query.split('&')) {
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        const QByteArray name = decoded(equals < 0 ? part : part.left(equals));
        const auto isName = [&name](const char *each) { return name == each; };
        if (std::none_of(known.begin(), known.end(), isName))
            return unknown(name, known);
        found.emplace_back(name, equals < 0 ? QByteArray() : decoded(part.mid(equals + 1)));
    }
    return found;
}

std::optional<qint64> integerOf(const QByteArray &text)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

Result<> readLimit(const QByteArray &value, int &limit)
{
    const auto number = integerOf(value);
    if (!number || *number < 1 || *number > kMaxPage)
        return invalid("limit", "must be from 1 to 1000");
    limit = static_cast<int>(*number);
    return Success{};
}

Result<> readTime(const QByteArray &name, const QByteArray &value, std::optional<TimeNs> &time)
{
    time = parseRfc3339(view(value));
    if (!time)
        time = integerOf(value);
    if (!time)
        return invalid(name, "must be a time: RFC 3339, or nanoseconds since 1970");
    return Success{};
}

// ---- cursors: "r:TIME:UUID", "e:TIME:UUID", "s:INDEX:ROW", "q:ROW:" in base64url
// ---------------------------

QByteArray cursor(char kind, qint64 number, const QByteArray &tail)
{
    const QByteArray plain = QByteArray(1, kind) + ':' + QByteArray::number(number) + ':' + tail;
    return plain.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

struct CursorParts
{
    qint64 number = 0;
    QByteArray tail;
};

std::optional<CursorParts> cursorParts(char kind, const QByteArray &text)
{
    const auto plain = QByteArray::fromBase64Encoding(
        text, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    const QByteArrayList parts = plain.decoded.split(':');
    if (!plain || parts.size() != 3 || parts[0] != QByteArray(1, kind))
        return std::nullopt;
    const auto number = integerOf(parts[1]);
    return number ? std::optional(CursorParts{*number, parts[2]}) : std::nullopt;
}

Error badCursor()
{
    return invalid("cursor", "is not one that this call gave out");
}

/// Of a list by time.
template<class Id>
Result<> readTimeCursor(char kind, const QByteArray &value,
                        std::optional<std::pair<TimeNs, Id>> &after)
{
    const auto parts = cursorParts(kind, value);
    const auto id = parts ? Id::fromText(view(parts->tail)) : std::nullopt;
    if (!id)
        return badCursor();
    after = {parts->number, *id};
    return Success{};
}

Result<> readStepCursor(const QByteArray &value, StepCall &call)
{
    if (const auto parts = cursorParts('q', value)) {
        call.before = StepRow{parts->number};
        return Success{};
    }
    const auto parts = cursorParts('s', value);
    const auto row = parts ? integerOf(parts->tail) : std::nullopt;
    if (!row)
        return badCursor();
    call.page.after = {parts->number, StepRow{*row}};
    return Success{};
}

// ---- one parameter of each call ---------------------------------------------------------------

Result<> readStatus(const QByteArray &value, RunFilter &filter)
{
    const auto status = runStatusFromWord(view(value));
    if (!status)
        return invalid("status", "must be running, completed, failed or incomplete");
    filter.statuses.push_back(*status);
    return Success{};
}

Result<> readRunParameter(const Parameter &parameter, RunCall &call)
{
    RunPageQuery &page = call.page;
    const auto &[name, value] = parameter;
    if (name == "pipeline_name")
        page.filter.pipelines.append(QString::fromUtf8(value));
    else if (name == "environment")
        page.filter.environments.append(QString::fromUtf8(value));
    else if (name == "session")
        page.filter.session = QString::fromUtf8(value);
    else if (name == "status")
        return readStatus(value, page.filter);
    else if (name == "from")
        return readTime(name, value, page.filter.startedFrom);
    else if (name == "to")
        return readTime(name, value, page.filter.startedTo);
    else if (name == "limit")
        return readLimit(value, page.limit);
    else if (name == "q")
        call.q = QString::fromUtf8(value);
    else
        return readTimeCursor('r', value, page.after);
    return Success{};
}

Result<> readExecutionId(const QByteArray &value, ExecutionId &id)
{
    const auto read = ExecutionId::fromText(view(value));
    if (!read)
        return invalid("execution_id", "must be a UUID");
    id = *read;
    return Success{};
}

Result<> readPayload(const QByteArray &value, StepPageQuery &page)
{
    if (value != "full" && value != "none")
        return invalid("payload", "must be full or none");
    page.withPayloads = value == "full";
    return Success{};
}

Result<> readStepParameter(const Parameter &parameter, StepCall &call)
{
    StepPageQuery &page = call.page;
    const auto &[name, value] = parameter;
    if (name == "q") {
        call.q = QString::fromUtf8(value);
        return Success{};
    }
    if (name == "execution_id")
        return readExecutionId(value, page.executionId);
    if (name == "payload")
        return readPayload(value, page);
    if (name == "limit")
        return readLimit(value, page.limit);
    return readStepCursor(value, call);
}

Error missingExecutionId()
{
    return {ErrorCode::MissingField, QStringLiteral("The parameter execution_id is missing, or q."),
            QStringLiteral("execution_id")};
}

} // namespace

Result<RunCall> parseRunCall(const QByteArray &query)
{
    const auto found = parameters(query, {"pipeline_name", "status", "environment", "session",
                                          "from", "to", "q", "limit", "cursor"});
    if (!found)
        return found.error();
    RunCall call;
    for (const Parameter &parameter : *found)
        if (const auto read = readRunParameter(parameter, call); !read)
            return read.error();
    return call;
}

Result<StepCall> parseStepCall(const QByteArray &query)
{
    const auto found = parameters(query, {"execution_id", "q", "payload", "limit", "cursor"});
    if (!found)
        return found.error();
    StepCall call;
    for (const Parameter &parameter : *found)
        if (const auto read = readStepParameter(parameter, call); !read)
            return read.error();
    if (call.page.executionId.isNull() && !call.q)
        return missingExecutionId();
    if (call.q ? call.page.after.has_value() : call.before.has_value())
        return badCursor(); // of the other form of the call
    return call;
}

Result<std::optional<QString>> parseStreamCall(const QByteArray &query)
{
    const auto found = parameters(query, {"q"});
    if (!found)
        return found.error();
    return found->empty() ? std::nullopt : std::optional(QString::fromUtf8(found->back().second));
}

Result<ErrorPageQuery> parseErrorCall(const QByteArray &query)
{
    const auto found = parameters(query, {"execution_id", "cursor"});
    if (!found)
        return found.error();
    ErrorPageQuery page;
    for (const auto &[name, value] : *found) {
        const auto read = name == "cursor" ? readTimeCursor('e', value, page.after)
                                           : readExecutionId(value, page.executionId);
        if (!read)
            return read.error();
    }
    if (page.executionId.isNull())
        return missingExecutionId();
    return page;
}

Result<> parseNoParameters(const QByteArray &query)
{
    const auto found = parameters(query, {});
    return found ? Result<>(Success{}) : Result<>(found.error());
}

QByteArray cursorAfter(const Execution &run)
{
    return cursor('r', run.startedAt, run.id.toUtf8());
}

QByteArray cursorAfter(const ExecutionError &error)
{
    return cursor('e', error.occurredAt, error.id.toUtf8());
}

QByteArray cursorAfter(const Step &step)
{
    return cursor('s', step.index, QByteArray::number(static_cast<qint64>(step.row.value)));
}

QByteArray queryCursorAfter(const Step &step)
{
    return cursor('q', static_cast<qint64>(step.row.value), {});
}

} // namespace xray::ingest
