// SPDX-License-Identifier: GPL-3.0-or-later
// How a metric's values spread, and the threshold of a condition as a line one drags, or moves with
// the arrow keys. What the condition lets through is coloured. Owned by the card of the condition;
// GUI thread.
#pragma once

#include <model/query/source.h>

#include <QWidget>

#include <memory>

namespace xray::views {

/// A step for thresholds over that range: 1, 2 or 5 times a power of ten, about a hundredth of it.
[[nodiscard]] double thresholdStep(double range);

class HistogramView final : public QWidget
{
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);

    /// Null while it is not known.
    void setDistribution(std::shared_ptr<const query::Distribution> distribution);
    void setThreshold(query::Operator op, double value);
    /// Whose colour the bars take that the condition lets through.
    void setType(std::optional<StepType> type);
    /// "412 of 38,260 steps"
    void setCaption(const QString &text);

    [[nodiscard]] double threshold() const { return m_threshold; }
    [[nodiscard]] QString caption() const { return m_caption; }
    /// Where a value stands, in pixels from the left.
    [[nodiscard]] double xOf(double value) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// As it is being moved.
    void thresholdMoved(double value);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] bool hasValues() const;
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] double valueAt(double x) const;
    [[nodiscard]] bool letsThrough(double value) const;
    void moveTo(double value);
    void paintCaption(QPainter &painter) const;
    void paintBars(QPainter &painter) const;
    void paintThreshold(QPainter &painter) const;
    void paintAxis(QPainter &painter) const;

    std::shared_ptr<const query::Distribution> m_distribution;
    query::Operator m_op = query::Operator::Greater;
    double m_threshold = 0;
    std::optional<StepType> m_type;
    QString m_caption;
};

} // namespace xray::views
