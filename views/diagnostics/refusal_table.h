// SPDX-License-Identifier: GPL-3.0-or-later
// The table of refusals. Its columns are as wide as what they show, the reason gets what is left,
// and a width chosen by hand stays. Owned by the diagnostics view; GUI thread.
#pragma once

#include <QTableView>

namespace xray::views {

class RefusalTableModel;

class RefusalTable final : public QTableView
{
    Q_OBJECT

public:
    static constexpr int kPadding = 10; ///< of a cell's text, as the style pads the header's

    explicit RefusalTable(RefusalTableModel *model, QWidget *parent = nullptr);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void setUpHeader();
    void fitColumns();
    void narrow(int column, int &missing);

    bool m_isFitting = false;
    bool m_isFittedByHand = false;
};

} // namespace xray::views
