// SPDX-License-Identifier: GPL-3.0-or-later
// A rules file that is changed while the store is open, in every way editors and people change
// files: spans that are stored and spans to come follow it, and a mistake in it is told.
#include "tests/app/private_home.h"

#include <app/host/host.h>
#include <app/host/host_arguments.h>

#include <model/core/answer.h>
#include <model/otlp/decode.h>

#include <QCoreApplication>
#include <QSaveFile>

#include <future>
#include <memory>

using namespace xray;
using namespace xray::test;

namespace {

constexpr char kTwoSpans[] = R"({"resourceSpans":[{"scopeSpans":[{"spans":[
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000001","name":"recommend",
     "startTimeUnixNano":"1795326724000000000","endTimeUnixNano":"1795326724900000000"},
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000002","name":"judge_3",
     "parentSpanId":"0000000000000001",
     "startTimeUnixNano":"1795326724000000000","endTimeUnixNano":"1795326724500000000"}]}]}]})";

/// A rules file that gives steps called judge_… this name.
QByteArray rules(const char *name)
{
    return QByteArray(R"({"steps":[{"span":"^judge_\\d+$","name":")") + name + "\"}]}";
}

constexpr char kMistake[] = R"({"types":[{"span":"^judge_","type":"nonsense"}]})";

void overwrite(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

/// As editors do: another file is written, and takes the name of the first.
void replace(const QString &path, const QByteArray &text)
{
    QSaveFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
    QVERIFY(file.commit());
}

QString usualPlace()
{
    return qEnvironmentVariable("XDG_CONFIG_HOME") + QStringLiteral("/xray/otlp-rules.json");
}

/// A host as a command line asks for it, with a trace in its store.
class Opened
{
public:
    explicit Opened(const QStringList &arguments)
    {
        QCommandLineParser parser;
        app::addStoreOptions(parser);
        app::addListenerOptions(parser);
        QStringList all{QStringLiteral("xray"), QStringLiteral("--no-listen"),
                        QStringLiteral("--db"),
                        QStringLiteral("sqlite:") + m_folder.filePath(QStringLiteral("xray.db"))};
        all += arguments;
        if (!parser.parse(all))
            qFatal("%s", qPrintable(parser.errorText()));
        auto options = app::hostOptionsFrom(parser);
        if (!options)
            qFatal("%s", qPrintable(options.error().message));
        auto host = app::Host::open(std::move(*options), nullptr);
        if (!host)
            qFatal("%s", qPrintable(host.error().message));
        m_host = std::move(*host);
        m_host->start();
        send();
    }

    /// The name of the step that the second span makes.
    [[nodiscard]] QString nameOfStep() const
    {
        const auto run = await(m_host->source().openRun(
            *ExecutionId::fromText("0af76519-16cd-43dd-8448-eb211c80319c"), {}));
        QString name;
        if (run)
            (*run)->steps.forEach([&](const Step &step) { name = step.name; });
        return name;
    }

    [[nodiscard]] QString trouble() const { return m_host->state().trouble(); }

private:
    void send()
    {
        std::promise<void> stored;
        Submission submission;
        auto decoded = otlp::decodeTraces(kTwoSpans, otlp::Encoding::Json);
        for (RawSpan &span : decoded->spans)
            submission.events.emplace_back(std::move(span));
        submission.done = [&](const SubmissionResult &) { stored.set_value(); };
        if (!m_host->sink().submit(std::move(submission)))
            qFatal("the store takes nothing");
        stored.get_future().wait();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<app::Host> m_host;
};

} // namespace

class TestRulesFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("rules.json"));
    }
    void cleanup() { QFile::remove(usualPlace()); }

    void storedSpansFollowAFileThatIsWrittenOver()
    {
        overwrite(m_path, rules("judge"));
        const Opened store(named());
        QCOMPARE(store.nameOfStep(), QStringLiteral("judge"));
        overwrite(m_path, rules("referee"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("referee"));
        overwrite(m_path, rules("umpire"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("umpire"));
    }

    void storedSpansFollowAFileThatIsReplaced()
    {
        overwrite(m_path, rules("judge"));
        const Opened store(named());
        replace(m_path, rules("referee"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("referee"));
        replace(m_path, rules("umpire"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("umpire"));
    }

    void theTargetOfALinkIsFollowed()
    {
        const QTemporaryDir elsewhere;
        const QString target = elsewhere.filePath(QStringLiteral("target.json"));
        overwrite(target, rules("judge"));
        QVERIFY(QFile::link(target, m_path));
        const Opened store(named());
        replace(target, rules("referee"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("referee"));
    }

    void aMistakeIsToldAndTheRulesOfBeforeStay()
    {
        overwrite(m_path, rules("judge"));
        const Opened store(named());
        overwrite(m_path, kMistake);
        QTRY_VERIFY(store.trouble().contains(QStringLiteral("types[0].type must be one of")));
        QVERIFY(store.trouble().contains(m_path));
        QCOMPARE(store.nameOfStep(), QStringLiteral("judge"));
        overwrite(m_path, rules("referee"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("referee"));
        QCOMPARE(store.trouble(), QString());
    }

    void aNamedFileThatIsGoneIsAMistake()
    {
        overwrite(m_path, rules("judge"));
        const Opened store(named());
        QVERIFY(QFile::remove(m_path));
        QTRY_VERIFY(store.trouble().contains(m_path));
        QCOMPARE(store.nameOfStep(), QStringLiteral("judge"));
        overwrite(m_path, rules("judge"));
        QTRY_COMPARE(store.trouble(), QString());
    }

    void aFileInTheUsualPlaceIsSeenWhenItIsMade()
    {
        QVERIFY(!QFileInfo::exists(QFileInfo(usualPlace()).path()));
        const Opened store({});
        QCOMPARE(store.nameOfStep(), QStringLiteral("judge_3"));
        QVERIFY(QDir().mkpath(QFileInfo(usualPlace()).path()));
        overwrite(usualPlace(), rules("judge"));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("judge"));
        QVERIFY(QFile::remove(usualPlace()));
        QTRY_COMPARE(store.nameOfStep(), QStringLiteral("judge_3"));
        QCOMPARE(store.trouble(), QString());
    }

private:
    [[nodiscard]] QStringList named() const { return {QStringLiteral("--otlp-rules"), m_path}; }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestRulesFile)
#include "tst_rules_file.moc"
