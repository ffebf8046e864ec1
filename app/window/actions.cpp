// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/actions.h"

#include <QAction>

namespace xray::app {

namespace {

constexpr ActionSpec kActions[] = {
    {ActionId::OpenStore, "Store", "Open store…", "Ctrl+O"},
    {ActionId::LoadDemo, "Store", "Open the demo", ""},
    {ActionId::ImportFiles, "Store", "Import files…", "Ctrl+I"},
    {ActionId::ExportRun, "Store", "Export the open run…", "Ctrl+E"},
    {ActionId::Quit, "Store", "Quit", "Ctrl+Q"},
    {ActionId::Search, "Go to", "Search runs", "Ctrl+K"},
    {ActionId::FocusRuns, "Go to", "Runs", "Ctrl+1"},
    {ActionId::FocusTimeline, "Go to", "Timeline", "Ctrl+2"},
    {ActionId::FocusSteps, "Go to", "Steps", "Ctrl+3"},
    {ActionId::FocusInspector, "Go to", "Why", "Ctrl+4"},
    {ActionId::Back, "Go to", "Back", "Alt+Left"},
    {ActionId::Forward, "Go to", "Forward", "Alt+Right"},
    {ActionId::PreviousStep, "Go to", "Previous step", "Alt+Up"},
    {ActionId::NextStep, "Go to", "Next step", "Alt+Down"},
    {ActionId::FollowLive, "Run", "Follow live", "Ctrl+L"},
    {ActionId::AskQuery, "Query", "Ask a question", "/; Ctrl+Shift+K"},
    {ActionId::BuildQuery, "Query", "Query builder", "Ctrl+B"},
    {ActionId::SaveQuery, "Query", "Save the query…", "Ctrl+S"},
    {ActionId::WatchQuery, "Query", "Watch the query", "Ctrl+Shift+W"},
    {ActionId::FitTimeline, "Run", "Fit the timeline", "Ctrl+0"},
    {ActionId::ShowPlumbing, "Run", "Show a framework's own steps", "Ctrl+Shift+P"},
    {ActionId::EditTags, "Run", "Edit tags of the open run", "Ctrl+T"},
    {ActionId::DeleteRuns, "Run", "Delete selected runs", "Ctrl+Del"},
    {ActionId::UndoDelete, "Run", "Undo delete", "Ctrl+Z"},
    {ActionId::SchemeSystem, "View", "As the system", ""},
    {ActionId::SchemeLight, "View", "Light", ""},
    {ActionId::SchemeDark, "View", "Dark", ""},
    {ActionId::Diagnostics, "Help", "Diagnostics", "Ctrl+Shift+D"},
    {ActionId::Shortcuts, "Help", "Keyboard shortcuts", "?; F1"},
    {ActionId::About, "Help", "About X-Ray", ""},
};

/// Keys that a view handles itself while it has the focus.
struct ViewKeys
{
    const char *section;
    const char *text;
    const char *keys;
};

constexpr ViewKeys kViewKeys[] = {
    {"Run list", "Next, previous run", "Down; Up"},
    {"Run list", "Go to its timeline", "Return"},
    {"Run list", "Edit tags in place", "F2; T"},
    {"Run list", "Delete", "Del"},
    {"Timeline", "Next, previous step", "Down; Up"},
    {"Timeline", "Fold, unfold", "Left; Right"},
    {"Timeline", "Zoom in, out", "+; -; W; S"},
    {"Timeline", "Pan", "A; D"},
    {"Timeline", "Fit", "F; 0"},
    {"Timeline", "First, last step", "Home; End"},
    {"Query", "Offers; what was asked before", "Ctrl+Space; Up"},
    {"Query", "Open the run at the step", "Return"},
    {"Builder", "Move a card", "Ctrl+Up; Ctrl+Down"},
    {"Builder", "Into, out of a group", "Ctrl+Right; Ctrl+Left"},
    {"Builder", "Negate, put into a group", "N; G"},
    {"Builder", "Next, previous card", "Down; Up"},
    {"Builder", "Duplicate, take away", "Ctrl+D; Del"},
    {"Builder", "Move the threshold", "Left; Right"},
    {"Trends", "Mark a stretch, take it", "Shift+Left; Shift+Right; Return"},
    {"Why", "Find in the payload", "Ctrl+F"},
    {"Why", "Copy the value", "Ctrl+C"},
    {"Why", "Copy its path", "Ctrl+Shift+C"},
};

QList<QKeySequence> sequencesOf(const char *keys)
{
    return QKeySequence::listFromString(QString::fromUtf8(keys), QKeySequence::PortableText);
}

QStringList readable(const char *keys)
{
    QStringList texts;
    for (const QKeySequence &sequence : sequencesOf(keys))
        texts += sequence.toString(QKeySequence::NativeText);
    return texts;
}

} // namespace

std::span<const ActionSpec> actionSpecs()
{
    return kActions;
}

QAction *makeAction(const ActionSpec &spec, QObject *parent)
{
    auto *action = new QAction(QString::fromUtf8(spec.text), parent);
    action->setShortcuts(sequencesOf(spec.keys));
    return action;
}

std::vector<views::Shortcut> shortcutOverview()
{
    std::vector<views::Shortcut> shortcuts;
    const auto add = [&](const char *section, const char *text, const char *keys) {
        if (*keys != '\0')
            shortcuts.push_back(
                {QString::fromUtf8(section), readable(keys), QString::fromUtf8(text)});
    };
    for (const ActionSpec &action : kActions)
        add(action.section, action.text, action.keys);
    for (const ViewKeys &view : kViewKeys)
        add(view.section, view.text, view.keys);
    return shortcuts;
}

} // namespace xray::app
