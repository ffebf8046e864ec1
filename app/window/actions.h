// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the window in one table: its words, its keys and where it stands in the menu and
// in the shortcut overview. The main window says what each one does. GUI thread.
#pragma once

#include <views/runs/shortcut_overview.h>

#include <QKeySequence>

#include <span>
#include <vector>

class QAction;
class QObject;

namespace xray::app {

enum class ActionId {
    OpenStore,
    LoadDemo,
    ImportFiles,
    ExportRun,
    Quit,
    Search,
    AskQuery,
    BuildQuery,
    SaveQuery,
    WatchQuery,
    FocusRuns,
    FocusTimeline,
    FocusSteps,
    FocusInspector,
    Back,
    Forward,
    PreviousStep,
    NextStep,
    FollowLive,
    FitTimeline,
    ShowPlumbing,
    EditTags,
    DeleteRuns,
    UndoDelete,
    SchemeSystem,
    SchemeLight,
    SchemeDark,
    Diagnostics,
    Shortcuts,
    About,
};

struct ActionSpec
{
    ActionId id;
    const char *section;
    const char *text;
    const char *keys; ///< portable key sequences separated by "; ", or empty
};

[[nodiscard]] std::span<const ActionSpec> actionSpecs();

/// The action as a QAction of `parent`, with its text and keys.
[[nodiscard]] QAction *makeAction(const ActionSpec &spec, QObject *parent);

/// What the overview shows: the actions that have keys, and the keys of the views.
[[nodiscard]] std::vector<views::Shortcut> shortcutOverview();

} // namespace xray::app
