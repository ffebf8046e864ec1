// SPDX-License-Identifier: GPL-3.0-or-later
// The shop the demo's pipelines work for: what people search, what it sells, what they ask its
// support. Constant data, any thread.
#pragma once

#include <QByteArray>

#include <span>

namespace xray::app {

struct Topic
{
    const char *query; ///< as people type it
    const char *title; ///< as the shop writes it
    const char *category;
    double price;                          ///< in dollars, about
    std::span<const char *const> products; ///< the good answers, best first
};

struct Question
{
    const char *text;
    const char *answer;
    const char *document; ///< what the answer was found in
};

[[nodiscard]] std::span<const Topic> topics();
[[nodiscard]] std::span<const Question> questions();

/// The name of the n-th candidate a search for the topic finds; the first are its products.
[[nodiscard]] QByteArray candidateName(const Topic &topic, int n);

} // namespace xray::app
