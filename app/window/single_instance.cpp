// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/single_instance.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QLocalSocket>

namespace xray::app {

namespace {

constexpr int kHandOverMs = 1000;
constexpr qint64 kMaxRequestBytes = 64 * 1024;
const QByteArray kTaken = QByteArrayLiteral("taken\n");

/// Short, because socket paths are limited, and the same for the same store of the same user.
QString socketName(const QString &store)
{
    const QByteArray hash =
        QCryptographicHash::hash(store.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return QStringLiteral("xray-") + QString::fromLatin1(hash);
}

QByteArray encoded(const StartRequest &request)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << request.run << request.query << request.files;
    return bytes;
}

} // namespace

SingleInstance::SingleInstance(const QString &store, QObject *parent)
    : QObject(parent)
    , m_name(socketName(store))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::takeConnection);
}

bool SingleInstance::handOver(const StartRequest &request)
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kHandOverMs))
        return false;
    QDataStream stream(&socket);
    stream << encoded(request);
    return socket.waitForBytesWritten(kHandOverMs) && socket.waitForReadyRead(kHandOverMs) &&
           socket.readAll() == kTaken;
}

void SingleInstance::listen()
{
    // A socket file that a crashed instance left behind; nobody answered on it in handOver().
    QLocalServer::removeServer(m_name);
    m_server.listen(m_name);
}

void SingleInstance::takeConnection()
{
    QLocalSocket *socket = m_server.nextPendingConnection();
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (socket->bytesAvailable() > kMaxRequestBytes) {
            socket->abort();
            return;
        }
        QDataStream stream(socket);
        stream.startTransaction();
        QByteArray bytes;
        stream >> bytes;
        if (!stream.commitTransaction())
            return;
        StartRequest request;
        QDataStream fields(bytes);
        fields >> request.run >> request.query >> request.files;
        socket->write(kTaken);
        socket->flush();
        if (fields.status() == QDataStream::Ok)
            Q_EMIT requested(request);
    });
}

} // namespace xray::app
