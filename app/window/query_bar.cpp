// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/query_bar.h"

#include "app/window/query_page.h"

#include <views/look/theme.h>
#include <views/query/query_builder.h>
#include <views/query/query_field.h>

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QToolButton>

namespace xray::app {

namespace {

constexpr int kLongestMenuText = 80;

/// Quoted for a POSIX shell.
QString inShell(QString text)
{
    return QLatin1Char('\'') + text.replace(u'\'', QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString menuText(const QString &text)
{
    QString shown = text.size() > kLongestMenuText ? text.left(kLongestMenuText) + u'…' : text;
    return shown.replace(u'&', QStringLiteral("&&"));
}

} // namespace

QueryBar::QueryBar(Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_field(new views::QueryField(this))
    , m_save(makeButton(QStringLiteral("★ Save"), QStringLiteral("Keep this query for everyone")))
    , m_watch(makeButton(QStringLiteral("◉ Watch"),
                         QStringLiteral("Let new matches in as they are committed")))
    , m_more(makeButton(QStringLiteral("Query ▾"), QStringLiteral("Saved, recent, export")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * views::kGrid);
    row->addWidget(m_field, 1);
    for (QToolButton *button : {m_save, m_watch, m_more})
        row->addWidget(button);
    m_watch->setCheckable(true);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(new QMenu(m_more));
    m_field->setHistory(m_settings.recentQueries());
    connectParts();
    attach(nullptr);
}

void QueryBar::connectParts()
{
    connect(m_field, &views::QueryField::submitted, this, &QueryBar::submit);
    connect(m_field, &views::QueryField::escaped, this, &QueryBar::escaped);
    connect(m_field, &views::QueryField::builderRequested, this, [this] {
        if (m_page)
            m_page->toggleBuilder();
    });
    connect(m_field, &views::QueryField::queryEdited, this, [this](const query::Query &query) {
        if (m_page)
            m_page->session().setQuery(query);
    });
    connect(m_save, &QToolButton::clicked, this, &QueryBar::askForName);
    connect(m_watch, &QToolButton::toggled, this, [this](bool on) {
        if (m_page)
            m_page->session().setWatch(on ? Watch::On : Watch::Off);
    });
    connect(m_more->menu(), &QMenu::aboutToShow, this, &QueryBar::fillMenu);
}

QToolButton *QueryBar::makeButton(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setProperty("look", QStringLiteral("button"));
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void QueryBar::attach(QueryPage *page)
{
    m_page = page;
    setEnabled(page != nullptr);
    m_watch->setChecked(false);
    if (!page)
        return;
    connect(page, &QueryPage::textChanged, m_field, &views::QueryField::setText);
    connect(&page->session(), &QuerySession::catalogueChanged, m_field,
            &views::QueryField::setCatalogue);
    connect(&page->results(), &views::ResultsPanel::suggestionTaken, this,
            [this](const query::QueryError &error) {
                QString text = m_field->text();
                text.replace(error.range.offset, error.range.length, error.suggestion);
                m_field->setText(text);
                submit(text);
            });
    connect(&page->session(), &QuerySession::problemFound, m_field,
            [this] { m_field->setFocus(Qt::OtherFocusReason); }); // where it is mended
    connect(&page->session(), &QuerySession::watchChanged, this,
            [this](Watch watch) { m_watch->setChecked(watch == Watch::On); });
}

void QueryBar::submit(const QString &text)
{
    if (!m_page)
        return;
    if (!text.trimmed().isEmpty()) {
        m_settings.addRecentQuery(text.trimmed());
        m_field->setHistory(m_settings.recentQueries());
    }
    m_page->askText(text);
}

void QueryBar::ask(const QString &text)
{
    m_field->setText(text);
    submit(text);
}

void QueryBar::toggleWatch()
{
    m_watch->toggle();
}

void QueryBar::askForName()
{
    if (!m_page)
        return;
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QStringLiteral("Save the query"));
    dialog->setTextValue(m_field->text().left(kLongestMenuText));
    const auto tell = [this, dialog](const QString &name) {
        const bool replaces = m_page && m_page->hasSaved(name.trimmed());
        dialog->setLabelText(replaces
                                 ? QStringLiteral("This replaces the saved query of that name:")
                                 : QStringLiteral("Name, for everyone who opens this store:"));
        dialog->setOkButtonText(replaces ? QStringLiteral("Replace") : QStringLiteral("Save"));
    };
    connect(dialog, &QInputDialog::textValueChanged, this, tell);
    tell(dialog->textValue());
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &name) {
        if (m_page && !name.trimmed().isEmpty())
            m_page->saveQuery(name.trimmed());
    });
    dialog->open();
}

QString QueryBar::commandLine() const
{
    return QStringLiteral("xrayctl query --db %1 %2")
        .arg(inShell(m_storeUrl), inShell(m_field->text()));
}

void QueryBar::fillTexts(QMenu *menu, const QStringList &texts)
{
    for (const QString &text : texts)
        menu->addAction(menuText(text), this, [this, text] {
            m_field->setText(text);
            submit(text);
        });
    menu->setEnabled(!texts.isEmpty());
}

void QueryBar::fillMenu()
{
    QMenu *menu = m_more->menu();
    menu->clear();
    if (!m_page)
        return;
    QMenu *saved = menu->addMenu(QStringLiteral("Saved"));
    for (const query::SavedQuery &query : m_page->session().saved())
        saved->addAction(menuText(query.name), this, [this, text = query.text] {
            m_field->setText(text);
            submit(text);
        });
    saved->setEnabled(!saved->isEmpty());
    fillTexts(menu->addMenu(QStringLiteral("Recent")), m_settings.recentQueries());
    menu->addSeparator();
    const auto addExport = [&](const QString &text, views::ExportFormat format) {
        menu->addAction(text, m_page.data(),
                        [page = m_page, format] { page->exportMatches(format); });
    };
    addExport(QStringLiteral("Export as CSV…"), views::ExportFormat::Csv);
    addExport(QStringLiteral("Export as JSON…"), views::ExportFormat::Json);
    addExport(QStringLiteral("Export as NDJSON…"), views::ExportFormat::Ndjson);
    menu->addAction(QStringLiteral("Copy as xrayctl command"), this,
                    [this] { QApplication::clipboard()->setText(commandLine()); });
    menu->addSeparator();
    QAction *notify = menu->addAction(QStringLiteral("Notify me of new matches while watching"));
    notify->setCheckable(true);
    notify->setChecked(m_settings.notifyOfMatches() == Notify::On);
    connect(notify, &QAction::toggled, this,
            [this](bool on) { m_settings.setNotifyOfMatches(on ? Notify::On : Notify::Off); });
}

} // namespace xray::app
