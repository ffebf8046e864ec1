// SPDX-License-Identifier: GPL-3.0-or-later
// The file that says what spans mean where the mapping would guess (docs/OTLP.md): where it is,
// what it comes to, and when it has changed. The watcher lives on the thread of its host, and reads
// on another.
#pragma once

#include <model/core/result.h>
#include <model/core/spans.h>

#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace xray::app {

struct RulesFile
{
    QStringList places;      ///< where it may be; the first one that is there counts
    bool isRequired = false; ///< somebody named it: none there is a mistake, else it means no rules
};

/// Where it is without being named: xray/otlp-rules.json beside the settings.
[[nodiscard]] RulesFile usualRulesFile();

/// How spans become steps, and which version of it that is.
struct Mapping
{
    std::shared_ptr<const TraceMapper> mapper;
    qint64 version = 0;
};

/// The mapping under the rules of the file. An Error names the file, and the line or member at
/// fault. Reads the disk: not for the GUI thread but at the start.
[[nodiscard]] Result<Mapping> readMapping(const RulesFile &file);

class RulesWatcher : public QObject
{
    Q_OBJECT

public:
    /// Looks at once whether the file still says what it did at `version`.
    RulesWatcher(RulesFile file, qint64 version, QObject *parent = nullptr);

Q_SIGNALS:
    void mappingChanged(const xray::app::Mapping &mapping);
    /// It was changed, and cannot be used as it is; or, with nothing, can be again.
    void problemChanged(const std::optional<xray::Error> &problem);

private:
    void watch();
    void read();
    void take(const Result<Mapping> &mapping);

    const RulesFile m_file;
    qint64 m_version;
    QString m_problem; ///< told last
    QFileSystemWatcher m_watcher;
    QTimer m_soon;         ///< several changes in a row are one
    quint64 m_reading = 0; ///< counts reads: only the last one's answer counts
};

} // namespace xray::app
