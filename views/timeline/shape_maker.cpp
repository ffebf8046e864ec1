// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/shape_maker.h"

#include <model/core/answer.h>

#include <QPromise>
#include <QThreadPool>

#include <utility>

namespace xray::views {

namespace {

/// Not const: the one who asked moves the shape out.
using SharedShape = std::shared_ptr<timeline::RunShape>;

QFuture<SharedShape> shapeInBackground(const RunSnapshotPtr &snapshot,
                                       const timeline::Folding &folding)
{
    auto promise = std::make_shared<QPromise<SharedShape>>();
    promise->start();
    auto future = promise->future();
    QThreadPool::globalInstance()->start([promise, snapshot, folding] {
        promise->addResult(
            std::make_shared<timeline::RunShape>(timeline::shapeOf(snapshot, folding)));
        promise->finish();
    });
    return future;
}

} // namespace

ShapeMaker::ShapeMaker(Made made, QObject *parent)
    : QObject(parent)
    , m_made(std::move(made))
{
}

void ShapeMaker::request(const RunSnapshotPtr &snapshot, const timeline::Folding &folding)
{
    if (!m_busy && snapshot->steps.size() <= kStepsShapedAtOnce)
        return m_made(timeline::shapeOf(snapshot, folding));
    m_next = {snapshot, folding};
    if (!m_busy)
        startNext();
}

void ShapeMaker::forget()
{
    ++m_generation;
    m_next = {};
    m_busy = false;
}

void ShapeMaker::startNext()
{
    const Order order = std::exchange(m_next, {});
    m_busy = order.snapshot != nullptr;
    if (!m_busy)
        return;
    whenAnswered(shapeInBackground(order.snapshot, order.folding), this,
                 [this, generation = m_generation](const SharedShape &shape) {
                     if (generation != m_generation)
                         return;
                     startNext();
                     m_made(std::move(*shape));
                 });
}

} // namespace xray::views
