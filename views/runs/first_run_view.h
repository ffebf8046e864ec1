// SPDX-License-Identifier: GPL-3.0-or-later
// The page of an empty store: what X-Ray is, where it listens, and lines that send a first run, to
// be copied. Owned by the main window; GUI thread.
#pragma once

#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace xray::views {

class CodeBlock;

class FirstRunView final : public QScrollArea
{
    Q_OBJECT

public:
    explicit FirstRunView(QWidget *parent = nullptr);

    /// Where pipelines reach us, for example "http://127.0.0.1:4318"; empty when nothing listens.
    void setEndpoint(const QString &url);

    /// Lines for a shell that post a first run with two steps to `url`.
    [[nodiscard]] static QString curlLines(const QString &url);
    /// The same in Python, with nothing but its standard library.
    [[nodiscard]] static QString pythonLines(const QString &url);

Q_SIGNALS:
    void openStoreRequested();
    void loadDemoRequested();

private:
    void addHead(QVBoxLayout *page);
    void addActions(QVBoxLayout *page);

    QLabel *m_listening;
    CodeBlock *m_curl;
    CodeBlock *m_python;
};

} // namespace xray::views
