// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/diagnostics_snapshot.h"

#include <QStringList>

namespace xray::views {

namespace {

QString lineOf(const RefusedKind &refused)
{
    QStringList parts{QString::fromUtf8(formatRfc3339(refused.at)),
                      QStringLiteral("%1 x").arg(refused.count),
                      refused.from,
                      refused.request,
                      refused.status,
                      refused.code,
                      refused.where,
                      refused.why};
    parts.removeAll(QString());
    return parts.join(QStringLiteral("  "));
}

} // namespace

QString asText(const DiagnosticsSnapshot &snapshot)
{
    QStringList lines;
    for (const QString &problem : snapshot.problems)
        lines += QStringLiteral("! ") + problem;
    for (const DiagnosticsGroup &group : snapshot.groups) {
        lines += QStringList{QString(), group.title};
        for (const DiagnosticsFact &fact : group.facts)
            lines += QStringLiteral("  %1: %2").arg(fact.name, fact.value);
    }
    lines += QStringList{QString(), QStringLiteral("Refused, latest first")};
    for (const RefusedKind &refused : snapshot.refusals)
        lines += QStringLiteral("  ") + lineOf(refused);
    if (snapshot.refusals.empty())
        lines += QStringLiteral("  nothing");
    return lines.join(QLatin1Char('\n')).trimmed() + QLatin1Char('\n');
}

} // namespace xray::views
