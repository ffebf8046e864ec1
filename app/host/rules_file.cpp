// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/rules_file.h"

#include <model/core/answer.h>
#include <model/otlp/mapper.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtConcurrentRun>
#include <QtEndian>

#include <algorithm>
#include <chrono>

namespace xray::app {

namespace {

using namespace std::chrono_literals;

/// An editor writes, renames and touches within this. Not begun anew by each change, so that a
/// folder where something happens all the time cannot put off the reading for ever.
constexpr auto kSettleTime = 200ms;

QString rulesAt(const QString &folder)
{
    return folder + QStringLiteral("/xray/otlp-rules.json");
}

/// Tells a store whether its traces were mapped under other rules.
qint64 versionOf(const QByteArray &rules)
{
    const QByteArray hash = QCryptographicHash::hash(rules, QCryptographicHash::Sha1);
    return qFromBigEndian<qint64>(hash.constData()) ^ otlp::kMappingVersion;
}

/// Where the file is; empty when it is nowhere and need not be.
QString placeOf(const RulesFile &file)
{
    const auto there = std::ranges::find_if(
        file.places, [](const QString &place) { return QFileInfo::exists(place); });
    if (there != file.places.end())
        return *there;
    return file.isRequired ? file.places.value(0) : QString();
}

/// The folder, or the nearest one above that is there: in it one sees the folder being made.
QString nearestFolder(const QString &folder)
{
    QDir dir(folder);
    while (!dir.exists() && !dir.isRoot())
        dir.setPath(QFileInfo(dir.path()).path());
    return dir.path();
}

} // namespace

RulesFile usualRulesFile()
{
    RulesFile file;
    for (const QString &folder :
         QStandardPaths::standardLocations(QStandardPaths::GenericConfigLocation))
        file.places += rulesAt(folder);
    return file;
}

Result<Mapping> readMapping(const RulesFile &file)
{
    const QString place = placeOf(file);
    if (place.isEmpty())
        return Mapping{otlp::makeMapper({}), otlp::kMappingVersion};
    QFile rulesFile(place);
    if (!rulesFile.open(QIODevice::ReadOnly))
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("cannot read %1: %2").arg(place, rulesFile.errorString())};
    const QByteArray text = rulesFile.readAll();
    auto rules = otlp::readRules(text);
    if (!rules)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("%1: %2").arg(place, rules.error().message)};
    return Mapping{otlp::makeMapper(*std::move(rules)), versionOf(text)};
}

// ---- RulesWatcher --------------------------------------------------------------------------

RulesWatcher::RulesWatcher(RulesFile file, qint64 version, QObject *parent)
    : QObject(parent)
    , m_file(std::move(file))
    , m_version(version)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSettleTime);
    connect(&m_soon, &QTimer::timeout, this, &RulesWatcher::read);
    const auto readSoon = [this] {
        if (!m_soon.isActive())
            m_soon.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, readSoon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, readSoon);
    read();
}

/// The file, which is written over, and its folder, where another one may take its place; again
/// after each change, since what is replaced is watched no longer.
void RulesWatcher::watch()
{
    QStringList paths;
    for (const QString &place : m_file.places) {
        const QFileInfo info(place);
        paths += nearestFolder(info.path());
        if (!info.exists())
            continue;
        paths += place;
        paths += QFileInfo(info.canonicalFilePath()).path(); // of a link's target
    }
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    for (const QString &path : watched) {
        if (!paths.contains(path))
            m_watcher.removePath(path);
    }
    paths.removeDuplicates();
    for (const QString &path : paths) {
        if (!watched.contains(path))
            m_watcher.addPath(path);
    }
}

void RulesWatcher::read()
{
    watch(); // before the reading: what comes after it is seen
    const quint64 reading = ++m_reading;
    auto answer = QtConcurrent::run([file = m_file] { return readMapping(file); });
    whenAnswered(answer, this, [this, reading](const Result<Mapping> &mapping) {
        if (reading == m_reading)
            take(mapping);
    });
}

void RulesWatcher::take(const Result<Mapping> &mapping)
{
    const QString problem = mapping ? QString() : mapping.error().message;
    if (problem != std::exchange(m_problem, problem))
        Q_EMIT problemChanged(mapping ? std::nullopt : std::optional(mapping.error()));
    if (mapping && mapping->version != m_version) {
        m_version = mapping->version;
        Q_EMIT mappingChanged(*mapping);
    }
}

} // namespace xray::app
