// SPDX-License-Identifier: GPL-3.0-or-later
// Odd bodies: what is bad costs only itself, what is odd survives, and the sender is told.

#include <model/otlp/decode.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <otlp.pb.h>

#include <limits>

using namespace xray;
using namespace xray::otlp;

class TestOtlpDecode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothEncodingsOfASpanComeToTheSameBody();
    void valuesThatJsonCannotWriteSurvive_data();
    void valuesThatJsonCannotWriteSurvive();
    void textsThatAreNoUnicodeCostNothing_data();
    void textsThatAreNoUnicodeCostNothing();
    void timesAreReadInEveryFormThatWasSeen_data();
    void timesAreReadInEveryFormThatWasSeen();
    void theLastOfARepeatedKeyCounts();
    void aBadIdCostsOnlyItsSpan_data();
    void aBadIdCostsOnlyItsSpan();
    void aSpanThatIsNoProtobufCostsOnlyItself();
    void whatIsBeyondTheLimitsIsCounted();
    void aResourceIsNotMultipliedWithoutBound();
    void aMillionAttributesAreCounted();
    void aValueThatIsTooDeepCostsOnlyItsSpan();
    void anEmptyRequestIsASuccess();
    void aBodyThatIsNoneIsRefused_data();
    void aBodyThatIsNoneIsRefused();
    void onlyModelEventsOfSpansAreKeptOfLogs();
    void theAnswerSaysHowManyWereRejectedAndWhy();
    void anErrorIsAnRpcStatusInTheEncodingOfTheRequest();
};

namespace {

constexpr const char *kTrace = "0af7651916cd43dd8448eb211c80319c";
constexpr const char *kSpan = "b7ad6b7169203331";

QByteArray requestOf(const QByteArray &spans)
{
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}";
}

QByteArray spanOf(const QByteArray &members, const QByteArray &id = kSpan)
{
    return QByteArray(R"({"traceId":")") + kTrace + R"(","spanId":")" + id + "\"," + members + '}';
}

QByteArray attribute(const QByteArray &value)
{
    return R"("attributes":[{"key":"a","value":)" + value + "}]";
}

/// The text of attribute "a" of the only span.
QByteArray valueAfter(const QByteArray &request)
{
    const auto decoded = decodeTraces(request, Encoding::Json);
    if (!decoded || decoded->spans.size() != 1)
        return "no span";
    const QByteArray &body = decoded->spans.front().body;
    const qsizetype begin = body.indexOf(R"("attributes":{"a":)");
    if (begin < 0)
        return "no attribute";
    const QByteArray rest = body.mid(begin + 18);
    return rest.left(rest.indexOf("},\"") < 0 ? rest.indexOf('}') : rest.indexOf('}'));
}

QByteArray protobufOf(const std::vector<std::string> &spans)
{
    wire::TracesRequest request;
    auto *scope = request.add_resource_spans()->add_scope_spans();
    for (const std::string &span : spans)
        scope->add_spans(span);
    return QByteArray::fromStdString(request.SerializeAsString());
}

wire::Span protobufSpan()
{
    wire::Span span;
    span.set_trace_id(QByteArray::fromHex(kTrace).toStdString());
    span.set_span_id(QByteArray::fromHex(kSpan).toStdString());
    span.set_name("plan");
    span.set_kind(3);
    span.set_start_time_unix_nano(1795326724030000000);
    span.set_end_time_unix_nano(1795326724033397984);
    return span;
}

void addAttribute(wire::Span &span, const char *key, const wire::AnyValue &value)
{
    wire::KeyValue *added = span.add_attributes();
    added->set_key(key);
    *added->mutable_value() = value;
}

} // namespace

void TestOtlpDecode::bothEncodingsOfASpanComeToTheSameBody()
{
    const QByteArray json = requestOf(spanOf(
        R"("name":"plan","kind":3,"startTimeUnixNano":"1795326724030000000",)"
        R"("endTimeUnixNano":"1795326724033397984","droppedAttributesCount":0,"links":[],)"
        R"("parentSpanId":"","attributes":[{"key":"count","value":{"intValue":"7"}},)"
        R"({"key":"ratio","value":{"doubleValue":3}},{"key":"list","value":{"arrayValue":)"
        R"({"values":[{"boolValue":true},{}]}}},{"key":"raw","value":{"bytesValue":"AAE="}}],)"
        R"("status":{"code":2,"message":"no"})"));
    wire::Span span = protobufSpan();
    wire::AnyValue value;
    value.set_int_value(7);
    addAttribute(span, "count", value);
    value.set_double_value(3);
    addAttribute(span, "ratio", value);
    value.mutable_array_value()->add_values()->set_bool_value(true);
    value.mutable_array_value()->add_values();
    addAttribute(span, "list", value);
    value.set_bytes_value(std::string("\0\1", 2));
    addAttribute(span, "raw", value);
    span.mutable_status()->set_code(2);
    span.mutable_status()->set_message("no");

    const auto fromJson = decodeTraces(json, Encoding::Json);
    const auto fromProtobuf =
        decodeTraces(protobufOf({span.SerializeAsString()}), Encoding::Protobuf);
    QVERIFY(fromJson.ok() && fromProtobuf.ok());
    QCOMPARE(fromJson->spans.size(), std::size_t(1));
    QCOMPARE(fromJson->spans.front().body, fromProtobuf->spans.front().body);
    QVERIFY(fromJson->spans.front().body.contains(
        R"("attributes":{"count":7,"ratio":3.0,"list":[true,null],"raw":"AAE="})"));
    QCOMPARE(fromJson->spans.front().endedAt, TimeNs(1795326724033397984));
    QCOMPARE(fromJson->spans.front().spanId, 0xb7ad6b7169203331ULL);
}

void TestOtlpDecode::valuesThatJsonCannotWriteSurvive_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *value, const char *expected) {
        QTest::newRow(name) << QByteArray(value) << QByteArray(expected);
    };
    row("largest integer", R"({"intValue":"9223372036854775807"})", "9223372036854775807");
    row("beyond doubles", R"({"intValue":9007199254740993})", "9007199254740993");
    row("beyond 64 bits", R"({"intValue":1e+21})", "1e+21");
    row("beyond 64 bits in digits", R"({"intValue":123456789012345678901234567890})",
        "1.2345678901234568e+29");
    row("no number", R"({"intValue":"many"})", R"("many")");
    row("NaN as null", R"({"doubleValue":null})", "null");
    row("NaN as text", R"({"doubleValue":"NaN"})", R"("NaN")");
    row("NaN bare", R"({"doubleValue":NaN})", "null");
    row("beyond doubles in size", R"({"doubleValue":1e999})", "null");
    row("nothing", "{}", "null");
    row("of a kind yet unknown", R"({"stringValueStrindex":3})", "null");
    row("wrong type", R"({"stringValue":3})", "null");
}

void TestOtlpDecode::valuesThatJsonCannotWriteSurvive()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, expected);
    QCOMPARE(valueAfter(requestOf(spanOf(attribute(value)))), expected);
}

void TestOtlpDecode::textsThatAreNoUnicodeCostNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const QChar unknown(QChar::ReplacementCharacter);
    QTest::newRow("half a pair") << QByteArray(R"(a\ud83db)")
                                 << QStringLiteral("a%1b").arg(unknown);
    QTest::newRow("the other half")
        << QByteArray(R"(a\ude00b)") << QStringLiteral("a%1b").arg(unknown);
    QTest::newRow("no UTF-8") << QByteArray("a\xff"
                                            "b")
                              << QStringLiteral("a%1b").arg(unknown);
    QTest::newRow("raw control character") << QByteArray("a\tb") << QStringLiteral("a\tb");
    QTest::newRow("unknown escape") << QByteArray(R"(a\xb)") << QStringLiteral("axb");
    QTest::newRow("NUL") << QByteArray(R"(a\u0000b)")
                         << QStringLiteral("a") + QChar(QChar::Null) + QStringLiteral("b");
}

void TestOtlpDecode::textsThatAreNoUnicodeCostNothing()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const QByteArray request =
        requestOf(spanOf(attribute(R"({"stringValue":")" + text + "\"}"), "00000000000000aa") +
                  ',' + spanOf(R"("name":"good")", "00000000000000bb"));
    const auto decoded = decodeTraces(request, Encoding::Json);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(2));
    const QJsonObject span =
        QJsonDocument::fromJson(decoded->spans.front().body).object()[u"span"].toObject();
    QCOMPARE(span[u"attributes"][u"a"].toString(), expected);
}

void TestOtlpDecode::timesAreReadInEveryFormThatWasSeen_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<qint64>("time");
    QTest::newRow("text") << QByteArray(R"("1795326724033397984")") << qint64(1795326724033397984);
    QTest::newRow("number") << QByteArray("1795327825535181600") << qint64(1795327825535181600);
    QTest::newRow("halves") << QByteArray(R"({"low":1,"high":2})") << qint64((2LL << 32) + 1);
    QTest::newRow("signed halves") << QByteArray(R"({"low":-1,"high":1})") << qint64(8589934591);
    QTest::newRow("double") << QByteArray("1.5e9") << qint64(1500000000);
    QTest::newRow("too late") << QByteArray(R"("18446744073709551615")")
                              << std::numeric_limits<qint64>::max();
    QTest::newRow("no time") << QByteArray(R"("soon")") << qint64(0);
}

void TestOtlpDecode::timesAreReadInEveryFormThatWasSeen()
{
    QFETCH(QByteArray, written);
    QFETCH(qint64, time);
    const auto decoded =
        decodeTraces(requestOf(spanOf("\"endTimeUnixNano\":" + written)), Encoding::Json);
    QVERIFY(decoded.ok() && decoded->spans.size() == 1);
    QCOMPARE(qint64(decoded->spans.front().endedAt), time);
}

void TestOtlpDecode::theLastOfARepeatedKeyCounts()
{
    QCOMPARE(valueAfter(requestOf(spanOf(R"("attributes":[{"key":"a","value":{"intValue":1}},)"
                                         R"({"key":"a","value":{"intValue":2}}])"))),
             QByteArray("2"));
}

void TestOtlpDecode::aBadIdCostsOnlyItsSpan_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("short") << QByteArray("b7ad6b71");
    QTest::newRow("long") << QByteArray("b7ad6b7169203331b7ad6b7169203331");
    QTest::newRow("zero") << QByteArray("0000000000000000");
    QTest::newRow("base64") << QByteArray("t61rcWkgMzE=");
    QTest::newRow("no hex") << QByteArray("x7ad6b7169203331");
    QTest::newRow("empty") << QByteArray();
}

void TestOtlpDecode::aBadIdCostsOnlyItsSpan()
{
    QFETCH(QByteArray, id);
    const auto decoded =
        decodeTraces(requestOf(spanOf(R"("name":"good")") + ',' + spanOf(R"("name":"bad")", id)),
                     Encoding::Json);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(1));
    QCOMPARE(decoded->rejected, 1);
    QCOMPARE(decoded->why,
             QStringLiteral("resourceSpans[0].scopeSpans[0].spans[1]: spanId must be 16 "
                            "hexadecimal digits that are not all 0"));
}

void TestOtlpDecode::aSpanThatIsNoProtobufCostsOnlyItself()
{
    wire::Span shortId = protobufSpan();
    shortId.set_trace_id("123");
    const auto decoded = decodeTraces(
        protobufOf({"\x0a\xff", protobufSpan().SerializeAsString(), shortId.SerializeAsString()}),
        Encoding::Protobuf);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(1));
    QCOMPARE(decoded->rejected, 2);
    QVERIFY(decoded->why.contains(QLatin1String("spans[0]: the span is no protobuf")));
}

void TestOtlpDecode::whatIsBeyondTheLimitsIsCounted()
{
    DecodeLimits limits;
    limits.maxSpans = 1;
    limits.maxAttributes = 1;
    const QByteArray span = spanOf(R"("droppedAttributesCount":3,"attributes":[)"
                                   R"({"key":"a","value":{"intValue":1}},)"
                                   R"({"key":"b","value":{"intValue":2}}])");
    const auto decoded = decodeTraces(requestOf(span + ',' + span), Encoding::Json, limits);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(1));
    QCOMPARE(decoded->rejected, 1);
    QVERIFY(decoded->why.contains(QLatin1String("send smaller batches")));
    QVERIFY(
        decoded->spans.front().body.contains(R"("attributes":{"a":1},"droppedAttributesCount":4)"));
}

void TestOtlpDecode::aResourceIsNotMultipliedWithoutBound()
{
    const QByteArray resource = R"({"attributes":[{"key":"k","value":{"stringValue":")" +
                                QByteArray(10'000, 'x') + R"("}}]})";
    QByteArrayList spans;
    for (int i = 1; i <= 20; ++i)
        spans << R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":")" +
                     QByteArray::number(i).rightJustified(16, '0') + R"("})";
    const QByteArray body = R"({"resourceSpans":[{"resource":)" + resource +
                            R"(,"scopeSpans":[{"spans":[)" + spans.join(',') + "]}]}]}";
    DecodeLimits limits;
    limits.maxBytes = 105'000;
    const auto decoded = decodeTraces(body, Encoding::Json, limits);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), 10);
    QCOMPARE(decoded->rejected, 10);
    QVERIFY2(decoded->why.startsWith(QLatin1String("resourceSpans[0].scopeSpans[0].spans[10]: the "
                                                   "request, each span with its resource")),
             qPrintable(decoded->why));
}

void TestOtlpDecode::aMillionAttributesAreCounted()
{
    constexpr int count = 1'000'000;
    QByteArray attributes;
    attributes.reserve(qsizetype(count) * 40);
    for (int i = 0; i < count; ++i) {
        attributes += i > 0 ? "," : "";
        attributes += "{\"key\":\"k" + QByteArray::number(i) + "\",\"value\":{\"intValue\":1}}";
    }
    const auto decoded =
        decodeTraces(requestOf(spanOf("\"attributes\":[" + attributes + ']')), Encoding::Json);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(1));
    QVERIFY(decoded->spans.front().body.size() < 20 * kMaxAttributes);
    QVERIFY(decoded->spans.front().body.contains("\"droppedAttributesCount\":990000"));
}

void TestOtlpDecode::aValueThatIsTooDeepCostsOnlyItsSpan()
{
    QByteArray deep = "{}";
    for (int level = 0; level < 40; ++level)
        deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
    const auto decoded = decodeTraces(
        requestOf(spanOf(attribute(deep)) + ',' + spanOf(R"("name":"good")")), Encoding::Json);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(1));
    QCOMPARE(decoded->rejected, 1);

    wire::Span span = protobufSpan();
    wire::AnyValue *value = span.add_attributes()->mutable_value();
    for (int level = 0; level < 40; ++level)
        value = value->mutable_array_value()->add_values();
    const auto fromProtobuf =
        decodeTraces(protobufOf({span.SerializeAsString(), protobufSpan().SerializeAsString()}),
                     Encoding::Protobuf);
    QVERIFY(fromProtobuf.ok());
    QCOMPARE(fromProtobuf->rejected, 1);
}

void TestOtlpDecode::anEmptyRequestIsASuccess()
{
    const auto json = decodeTraces("{}", Encoding::Json);
    QVERIFY(json.ok() && json->spans.empty() && json->rejected == 0);
    QCOMPARE(traceResponse(*json, Encoding::Json), QByteArray("{}"));
    const auto protobuf = decodeTraces({}, Encoding::Protobuf);
    QVERIFY(protobuf.ok() && protobuf->spans.empty());
    QCOMPARE(traceResponse(*protobuf, Encoding::Protobuf), QByteArray());
}

void TestOtlpDecode::aBodyThatIsNoneIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<Encoding>("encoding");
    QTest::newRow("empty") << QByteArray() << Encoding::Json;
    QTest::newRow("cut") << QByteArray(R"({"resourceSpans":[)") << Encoding::Json;
    QTest::newRow("array") << QByteArray("[]") << Encoding::Json;
    QTest::newRow("100,000 levels") << QByteArray(100'000, '[') << Encoding::Json;
    QTest::newRow("JSON as protobuf") << QByteArray("{}") << Encoding::Protobuf;
    QTest::newRow("noise") << QByteArray("\xff\xff\xff\xff") << Encoding::Protobuf;
}

void TestOtlpDecode::aBodyThatIsNoneIsRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(Encoding, encoding);
    const auto decoded = decodeTraces(body, encoding);
    QVERIFY(!decoded.ok());
    QCOMPARE(decoded.error().code, ErrorCode::InvalidJson);
    QVERIFY(!decoded.error().message.isEmpty());
}

void TestOtlpDecode::onlyModelEventsOfSpansAreKeptOfLogs()
{
    const QByteArray ids = QByteArray(R"("traceId":")") + kTrace + R"(","spanId":")" + kSpan + '"';
    const QByteArray records =
        '{' + ids + R"(,"eventName":"gen_ai.choice","body":{"stringValue":"yes"}},)" + '{' + ids +
        R"(,"attributes":[{"key":"event.name","value":{"stringValue":"gen_ai.user.message"}}]},)" +
        '{' + ids + R"(,"body":{"stringValue":"a line"}},{"eventName":"gen_ai.choice"})";
    const auto decoded = decodeLogs(
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + records + "]}]}]}", Encoding::Json);
    QVERIFY(decoded.ok());
    QCOMPARE(decoded->spans.size(), std::size_t(2));
    QCOMPARE(decoded->ignored, 2);
    QCOMPARE(decoded->rejected, 0);
    QCOMPARE(decoded->spans.front().kind, SpanKind::Log);
    QVERIFY(decoded->spans.front().body.contains(R"("eventName":"gen_ai.choice","body":"yes")"));
    QCOMPARE(logsResponse(*decoded, Encoding::Json), QByteArray("{}"));
}

void TestOtlpDecode::theAnswerSaysHowManyWereRejectedAndWhy()
{
    DecodedTraces decoded;
    decoded.rejected = 2;
    decoded.why = QStringLiteral("spans[0]: no");
    QCOMPARE(traceResponse(decoded, Encoding::Json),
             QByteArray(R"({"partialSuccess":{"rejectedSpans":"2",)"
                        R"("errorMessage":"spans[0]: no"}})"));
    QVERIFY(logsResponse(decoded, Encoding::Json).contains(R"("rejectedLogRecords":"2")"));
    wire::ExportResponse response;
    QVERIFY(response.ParseFromString(traceResponse(decoded, Encoding::Protobuf).toStdString()));
    QCOMPARE(response.partial_success().rejected(), std::int64_t(2));
    QCOMPARE(response.partial_success().error_message(), std::string("spans[0]: no"));
}

void TestOtlpDecode::anErrorIsAnRpcStatusInTheEncodingOfTheRequest()
{
    const QString message = QStringLiteral("try again");
    QCOMPARE(errorResponse(14, message, Encoding::Json),
             QByteArray(R"({"code":14,"message":"try again"})"));
    QCOMPARE(errorResponse(14, message, Encoding::Protobuf),
             QByteArray("\x08\x0e\x12\x09try again"));
}

QTEST_GUILESS_MAIN(TestOtlpDecode)
#include "tst_otlp_decode.moc"
