// SPDX-License-Identifier: GPL-3.0-or-later
// A run's tags as chips, edited in place as one line of words between commas. Owned by the run's
// header; GUI thread.
#pragma once

#include <QStringList>
#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace xray::views {

class TagsEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit TagsEditor(QWidget *parent = nullptr);

    /// While they are being edited, what is typed stays.
    void setTags(const QStringList &tags);
    [[nodiscard]] const QStringList &tags() const { return m_tags; }

public Q_SLOTS:
    void beginEdit();
    /// Forgets what is being typed.
    void cancelEdit();

Q_SIGNALS:
    /// The user wants these instead; setTags() follows when they are stored.
    void edited(const QStringList &tags);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum class Mode { Showing, Editing };

    void setMode(Mode mode);
    void commit();
    void showChips();

    QStringList m_tags;
    QHBoxLayout *m_layout;
    QWidget *m_chips;
    QToolButton *m_button;
    QLineEdit *m_line;
};

/// The words between commas, trimmed, without empty ones and repetitions.
[[nodiscard]] QStringList tagsFromText(const QString &text);

} // namespace xray::views
