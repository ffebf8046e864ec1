// SPDX-License-Identifier: GPL-3.0-or-later
// The head of the run view: which pipeline, how it ended, where and why it ran, its tags, and one
// line of facts with the id to copy. Owned by the main window; GUI thread.
#pragma once

#include <model/core/run_snapshot.h>

#include <QTimer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace xray::views {

class Chip;
class ElidedLabel;
class TagsEditor;

class RunHeader final : public QWidget
{
    Q_OBJECT

public:
    explicit RunHeader(QWidget *parent = nullptr);

    /// Null empties the header.
    void setSnapshot(RunSnapshotPtr snapshot);
    /// Puts the cursor into the tags.
    void editTags();
    /// Room at the right of the first line for actions of the app.
    void addAction(QWidget *button);
    [[nodiscard]] QString factsText() const;

Q_SIGNALS:
    void tagsEdited(const xray::ExecutionId &run, const QStringList &tags);

private:
    [[nodiscard]] QWidget *makeTitleRow();
    [[nodiscard]] QWidget *makeFactsRow();
    void connectParts();
    void refresh();
    void copyId();

    RunSnapshotPtr m_snapshot;
    QTimer m_clock; ///< while the run is running
    ElidedLabel *m_title;
    Chip *m_status;
    Chip *m_environment;
    Chip *m_trigger;
    TagsEditor *m_tags;
    QWidget *m_actions;
    ElidedLabel *m_facts;
    QLabel *m_id;
    QToolButton *m_copy;
};

/// "Today 09:41:07.218 · 2.66 s · 5 steps · no errors · result “Phone case, shockproof”".
[[nodiscard]] QString runFacts(const RunSnapshot &snapshot, TimeNs now);

/// What a trigger's JSON says in a word or two: its string, or an object's type or name.
[[nodiscard]] QString triggerText(const QByteArray &trigger);

} // namespace xray::views
