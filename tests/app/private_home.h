// SPDX-License-Identifier: GPL-3.0-or-later
// A home of its own for a test program: settings, stores, sockets and temporary files go to a
// folder that is removed at the end, for this process and those it starts. Made before the
// QApplication, by XRAY_APP_TEST_MAIN.
#pragma once

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

namespace xray::test {

class PrivateHome
{
public:
    PrivateHome()
    {
        // The short name keeps the sockets below it within the length the system allows.
        for (const char *variable : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                                     "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR"}) {
            const QByteArray path = QFile::encodeName(m_folder.filePath(QLatin1String(variable)));
            QDir().mkpath(QFile::decodeName(path));
            QFile::setPermissions(QFile::decodeName(path),
                                  QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            qputenv(variable, path);
        }
        for (const char *variable : {"XRAY_DB", "XRAY_ENDPOINT"})
            qunsetenv(variable);
    }

private:
    QTemporaryDir m_folder;
};

} // namespace xray::test

/// main() of a test that starts programs of ours or opens windows. `Application` is one of Qt's.
#define XRAY_APP_TEST_MAIN(Application, TestClass)                                                 \
    int main(int argc, char *argv[])                                                               \
    {                                                                                              \
        const xray::test::PrivateHome home;                                                        \
        Application application(argc, argv);                                                       \
        Application::setApplicationName(QStringLiteral("xray"));                                   \
        Application::setOrganizationName(QStringLiteral("xray"));                                  \
        TestClass test;                                                                            \
        return QTest::qExec(&test, argc, argv);                                                    \
    }
