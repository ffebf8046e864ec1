// SPDX-License-Identifier: GPL-3.0-or-later
// Renders the run list's states in both themes. Each must paint something of its own; with
// XRAY_SHOT_DIR set the pictures are kept there to be looked at.
#include "tests/views/runs/sample_runs.h"

#include <tests/support/fake_run_source.h>
#include <views/look/style.h>
#include <views/look/toast_bar.h>
#include <views/runs/first_run_view.h>
#include <views/runs/run_filter_popup.h>
#include <views/runs/run_list_panel.h>
#include <views/runs/shortcut_overview.h>

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QScrollBar>
#include <QTest>

using namespace xray;
using namespace xray::views;
using test::FakeRunSource;
using Model = items::RunListModel;

namespace {

constexpr int kRows = 10'000;

RunFacets facets()
{
    RunFacets facets;
    facets.pipelines = {{QStringLiteral("competitor_selection"), 812},
                        {QStringLiteral("rag_answer"), 201},
                        {QStringLiteral("categorization"), 144},
                        {QStringLiteral("listing_optimization"), 47}};
    facets.environments = {{QStringLiteral("prod"), 1100}, {QStringLiteral("staging"), 104}};
    facets.statuses = {1, 1180, 20, 3};
    return facets;
}

/// A panel on a model on a source.
struct Scene
{
    FakeRunSource source;
    Model model;
    RunListPanel panel;

    explicit Scene(std::vector<Execution> runs = test::variedRuns(), QSize size = {331, 620})
    {
        source.runs = std::move(runs);
        model.setTotal(1204);
        panel.setRunModel(&model);
        panel.setFacets(facets());
        panel.resize(size);
        panel.show();
    }

    void load(const RunQuery &query = {})
    {
        panel.setFilter(query.filter);
        model.setQuery(query);
        model.setSource(&source);
        QTRY_VERIFY(model.state() != Model::State::Loading);
        QTRY_VERIFY(model.rowCount() == 0 || model.at(0));
    }
};

RunQuery filtered()
{
    RunQuery query;
    query.filter.statuses = {RunStatus::Failed};
    query.filter.pipelines = {QStringLiteral("rag_answer")};
    query.filter.text = QStringLiteral("phone case");
    return query;
}

std::vector<Shortcut> shortcuts()
{
    const auto s = [](const char *section, const QStringList &keys, const char *text) {
        return Shortcut{QLatin1String(section), keys, QLatin1String(text)};
    };
    return {s("Anywhere", {QStringLiteral("Ctrl+K")}, "Search runs"),
            s("Anywhere", {QStringLiteral("?")}, "This overview"),
            s("Runs", {QStringLiteral("↑"), QStringLiteral("↓")}, "Previous, next run"),
            s("Runs", {QStringLiteral("T"), QStringLiteral("F2")}, "Edit tags"),
            s("Runs", {QStringLiteral("Del")}, "Delete"),
            s("Timeline", {QStringLiteral("F")}, "Fit the run"),
            s("Timeline", {QStringLiteral("+"), QStringLiteral("-")}, "Zoom")};
}

} // namespace

class tst_RunListPictures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<Scheme>("scheme");
        QTest::newRow("dark") << Scheme::Dark;
        QTest::newRow("light") << Scheme::Light;
    }

    void init()
    {
        QFETCH_GLOBAL(Scheme, scheme);
        applyLook(*qApp, scheme);
    }

    void twelveVariedRuns()
    {
        Scene scene;
        scene.load();
        scene.panel.view()->setCurrentIndex(scene.model.index(1));
        keep(scene.panel, "list");
    }

    void aNarrowPanel()
    {
        Scene scene(test::variedRuns(), {200, 500});
        scene.load();
        keep(scene.panel, "narrow");
    }

    void manyRunsScrolledToTheMiddle()
    {
        std::vector<Execution> runs;
        for (int number = 1; number <= kRows; ++number)
            runs.push_back(test::plainRun(number));
        Scene scene(std::move(runs));
        scene.load();
        scene.panel.view()->scrollTo(scene.model.index(kRows / 2),
                                     QAbstractItemView::PositionAtTop);
        QTRY_VERIFY(scene.model.at(kRows / 2));
        keep(scene.panel, "many");
    }

    void noRunsYet()
    {
        Scene scene(std::vector<Execution>{});
        scene.load();
        keep(scene.panel, "empty");
    }

    void noRunMatches()
    {
        Scene scene;
        scene.load(filtered());
        keep(scene.panel, "no-match");
    }

    void stillLoading()
    {
        Scene scene;
        scene.source.answering = FakeRunSource::Answering::WhenTold;
        scene.model.setSource(&scene.source);
        QTimer later;
        later.setSingleShot(true);
        later.start(400);
        QTRY_VERIFY(!later.isActive());
        keep(scene.panel, "loading");
    }

    void theSourceFailed()
    {
        Scene scene;
        scene.source.failure =
            Error{ErrorCode::Unavailable,
                  QStringLiteral("The database file is locked by another program. "
                                 "Close it, then try again.")};
        scene.load();
        keep(scene.panel, "error");
    }

    void theTagEditor()
    {
        Scene scene;
        scene.load();
        scene.panel.view()->setCurrentIndex(scene.model.index(4));
        scene.panel.view()->editTags();
        keep(scene.panel, "tags");
    }

    void theFilterPopup()
    {
        Scene scene;
        scene.load(filtered());
        scene.panel.openFilter();
        auto *popup = scene.panel.findChild<RunFilterPopup *>();
        QVERIFY(popup->isVisible());
        keep(*popup, "filter");
    }

    void theFirstRunPage()
    {
        FirstRunView page;
        page.setEndpoint(QStringLiteral("http://127.0.0.1:4318"));
        page.resize(1000, 900);
        page.show();
        keep(page, "first-run");
    }

    void aToast()
    {
        Scene scene;
        scene.load();
        ToastBar toast(&scene.panel);
        toast.showToast(QStringLiteral("3 runs deleted"), QStringLiteral("Undo"),
                        std::chrono::seconds(10));
        keep(scene.panel, "toast");
    }

    void theShortcutOverview()
    {
        ShortcutOverview overview(shortcuts());
        overview.show();
        keep(overview, "shortcuts");
    }

private:
    void keep(QWidget &widget, const char *name)
    {
        QCoreApplication::processEvents();
        const QImage image = widget.grab().toImage();
        QSet<QRgb> colors;
        for (int y = 0; y < image.height(); y += 2)
            for (int x = 0; x < image.width(); x += 2)
                colors.insert(image.pixel(x, y));
        QVERIFY2(colors.size() > 8, name);
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (folder.isEmpty())
            return;
        QFETCH_GLOBAL(Scheme, scheme);
        const QString theme = QLatin1String(scheme == Scheme::Dark ? "dark" : "light");
        QVERIFY(image.save(QDir(folder).filePath(
            QStringLiteral("runs-%1-%2.png").arg(QLatin1String(name), theme))));
    }
};

QTEST_MAIN(tst_RunListPictures)
#include "tst_run_list_pictures.moc"
