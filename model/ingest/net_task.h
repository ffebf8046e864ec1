// SPDX-License-Identifier: GPL-3.0-or-later
// What the coroutines of the net thread are made of: tasks, errors that are reported instead of
// thrown, and answers that other threads deliver. Private to the listener's .cpp files and headers
// of this layer, because it includes Asio.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace xray::ingest {

namespace net = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
template<class T>
using Task = net::awaitable<T>;

/// Lets an awaited operation report into `ec` instead of throwing.
inline auto into(error_code &ec)
{
    return net::redirect_error(net::use_awaitable, ec);
}

/// Posts to an io_context that may be gone. Shared by everyone who may answer late; thread-safe.
class Postbox
{
public:
    explicit Postbox(net::io_context &context)
        : m_context(&context)
    {
    }

    template<class Function>
    void post(Function &&function)
    {
        const std::lock_guard lock(m_mutex);
        if (m_context)
            net::post(*m_context, std::forward<Function>(function));
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_context = nullptr;
    }

private:
    std::mutex m_mutex;
    net::io_context *m_context;
};

/// A value that another thread delivers to a coroutine of the net thread.
template<class T>
class Delivery : public std::enable_shared_from_this<Delivery<T>>
{
public:
    explicit Delivery(const net::any_io_executor &executor)
        : m_arrived(executor)
    {
    }

    /// To be called once, from any thread, even after the net thread has ended.
    [[nodiscard]] std::function<void(T)> receiver(const std::shared_ptr<Postbox> &postbox)
    {
        return [postbox, weak = this->weak_from_this()](T value) {
            postbox->post([weak, value = std::move(value)]() mutable {
                if (const auto self = weak.lock())
                    self->put(std::move(value));
            });
        };
    }

    /// The value; nothing once abandon() was called, or when it has not come by `until`.
    Task<std::optional<T>> take(Clock::time_point until = Clock::time_point::max())
    {
        error_code ec;
        m_arrived.expires_at(until);
        while (!m_value && !m_abandoned && Clock::now() < until)
            co_await m_arrived.async_wait(into(ec));
        co_return std::exchange(m_value, std::nullopt);
    }

    /// Whoever waits need not wait any longer. On the net thread.
    void abandon()
    {
        m_abandoned = true;
        m_arrived.cancel();
    }

private:
    void put(T value)
    {
        m_value = std::move(value);
        m_arrived.cancel();
    }

    net::steady_timer m_arrived;
    std::optional<T> m_value;
    bool m_abandoned = false;
};

} // namespace xray::ingest
