// SPDX-License-Identifier: GPL-3.0-or-later
// What could be written next, under the query field: a name, what it is, and a line that says what
// is wrong so far. It never takes the keyboard; the field hands it its keys. It floats over the
// window of the field, which owns it; GUI thread.
#pragma once

#include <model/query/language.h>

#include <QFrame>

class QLabel;
class QListView;

namespace xray::views {

class CompletionPopup final : public QFrame
{
    Q_OBJECT

public:
    explicit CompletionPopup(QWidget *window);
    ~CompletionPopup() override;

    /// Shows itself below `anchor`, its left edge at `x` of the anchor; hides when there is
    /// nothing to say.
    void offer(const std::vector<query::Completion> &completions, const QString &problem,
               const QWidget *anchor, int x);
    void moveCurrent(int distance);
    /// The one that was chosen with the arrow keys.
    [[nodiscard]] std::optional<query::Completion> current() const;
    [[nodiscard]] std::optional<query::Completion> first() const;
    [[nodiscard]] int count() const;

Q_SIGNALS:
    void chosen(const xray::query::Completion &completion);

private:
    class Model;
    class Delegate;

    void place(const QWidget *anchor, int x);

    Model *m_model;
    QListView *m_list;
    QLabel *m_problem;
};

} // namespace xray::views
