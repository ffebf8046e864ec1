// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON text that was checked whole before anybody reads a value of it: valid, UTF-8, not too
// deep, no key twice in one object, no lone surrogate. Private to the decoder, one per thread;
// includes simdjson, so only .cpp files of this layer may include it.
#pragma once

#include <model/core/result.h>

#include <QByteArrayView>

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xray::ingest {

class JsonDocument
{
public:
    /// The calling thread's document. What it holds is gone with the next load().
    [[nodiscard]] static JsonDocument &ofThisThread();

    /// Copies and checks `json`, which may be nested `maxDepth` levels, kDeepestJson at most.
    /// InvalidJson says what is wrong with it.
    [[nodiscard]] Result<> load(QByteArrayView json, int maxDepth);

    /// The loaded text as a tree, good for looking at keys before reading.
    [[nodiscard]] simdjson::dom::element root() const { return m_root; }
    /// The loaded text for reading once, front to back, with access to the text of a value.
    [[nodiscard]] simdjson::ondemand::document reader();

    /// Gives back the memory that an unusually large text took.
    void trim();

private:
    JsonDocument();
    [[nodiscard]] simdjson::error_code parse(int maxDepth);
    [[nodiscard]] std::optional<std::string_view> repeatedKey(simdjson::dom::object object);
    [[nodiscard]] std::optional<std::string_view> repeatedKeyBelow(simdjson::dom::element element);

    std::string m_text; // with simdjson's padding behind it
    std::size_t m_size = 0;
    simdjson::dom::parser m_tree;
    simdjson::ondemand::parser m_reader;
    simdjson::dom::element m_root;
    std::vector<std::string_view> m_keys; // of the object that is being checked
};

} // namespace xray::ingest
