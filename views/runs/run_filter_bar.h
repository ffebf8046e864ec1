// SPDX-License-Identifier: GPL-3.0-or-later
// The run list's filter: a search field, a button that opens the other conditions, and a chip for
// each condition that holds, which takes it away. Owned by RunListPanel; GUI thread.
#pragma once

#include <model/core/ports.h>

#include <QTimer>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace xray::views {

class RunFilterPopup;

class RunFilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit RunFilterBar(QWidget *parent = nullptr);

    [[nodiscard]] const RunFilter &filter() const { return m_filter; }
    /// Shows the filter without telling of it.
    void setFilter(const RunFilter &filter);
    void setFacets(const RunFacets &facets);
    void focusSearch();
    /// Changes the filter as the user would.
    void applyFilter(const RunFilter &filter);
    void openPopup();

Q_SIGNALS:
    void filterChanged(const xray::RunFilter &filter);
    /// Down or Return in the field: the keyboard wants to go to the list.
    void leftDownwards();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void takeText();
    void rebuildChips();
    void addChip(const QString &text, std::optional<RunStatus> status,
                 const std::function<void(RunFilter &)> &remove);
    void addTimeChip();

    RunFilter m_filter;
    QLineEdit *m_search;
    QToolButton *m_more;
    QWidget *m_chipRow;
    QHBoxLayout *m_chips;
    RunFilterPopup *m_popup;
    QTimer m_typing; ///< the text counts when this runs out
};

} // namespace xray::views
