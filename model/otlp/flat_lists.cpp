// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/flat_lists.h"

#include "model/otlp/span_body.h"

#include <charconv>
#include <map>

namespace xray::otlp {

namespace {

/// Attributes, or what is left of their keys below a list.
using Members = std::vector<std::pair<std::string_view, Value>>;
using Elements = std::map<int, Members>;

/// Lists in lists that are folded back; what is deeper keeps its dotted keys.
constexpr int kMaxFolding = 8;

/// A member of an element of a flattened list: "llm.input_messages.0.message.role".
struct FlatKey
{
    std::string_view list; ///< "llm.input_messages"
    int element = 0;
    std::string_view member; ///< "role"
};

/// `key` read as LIST.N.NOUN.member; the noun is left out.
std::optional<FlatKey> flatKey(std::string_view key)
{
    const char *end = key.data() + key.size();
    for (std::size_t dot = key.find('.'); dot != key.npos; dot = key.find('.', dot + 1)) {
        FlatKey found{key.substr(0, dot), 0, {}};
        const auto number = std::from_chars(key.data() + dot + 1, end, found.element);
        if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '.')
            continue;
        const std::string_view rest(number.ptr + 1, std::size_t(end - number.ptr - 1));
        const std::size_t noun = rest.find('.');
        found.member = noun == rest.npos ? rest : rest.substr(noun + 1);
        return found;
    }
    return std::nullopt;
}

JsonText listText(const Elements &elements, int level);

/// The members as an object, with the lists among them folded back.
JsonText objectText(const Members &members, int level)
{
    AttributeTable out(kMaxAttributes);
    std::map<std::string_view, Elements> lists;
    for (const auto &[key, value] : members) {
        const auto flat = level < kMaxFolding ? flatKey(key) : std::nullopt;
        if (flat)
            lists[flat->list][flat->element].emplace_back(flat->member, value);
        else
            out.add(viewOf(key).toByteArray(), jsonOf(value));
    }
    for (const auto &[name, elements] : lists)
        out.add(viewOf(name).toByteArray(), listText(elements, level + 1));
    return out.take();
}

JsonText listText(const Elements &elements, int level)
{
    JsonText out;
    for (const auto &[index, members] : elements) {
        out += out.isEmpty() ? '[' : ',';
        out += objectText(members, level);
    }
    return out.isEmpty() ? out : out + ']';
}

} // namespace

JsonText foldedList(const Value &attributes, std::string_view list)
{
    Elements elements;
    forEachMember(attributes, [&](std::string_view key, const Value &value) {
        if (!key.starts_with(list))
            return;
        if (const auto flat = flatKey(key); flat && flat->list == list)
            elements[flat->element].emplace_back(flat->member, value);
    });
    return listText(elements, 0);
}

} // namespace xray::otlp
