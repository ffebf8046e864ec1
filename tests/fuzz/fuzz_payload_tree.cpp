// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a payload or it is not; a payload can be walked, explained and laid out, and what is
// laid out is the same payload.

#include <model/items/explanation.h>
#include <model/items/payload_tree.h>

#include <cstdlib>

using namespace xray::items;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto tree = PayloadTree::parse(text);
    if (!tree)
        return 0;
    for (PayloadTree::Node node = 0; node < (*tree)->nodeCount(); ++node) {
        (void)(*tree)->key(node);
        (void)(*tree)->text(node);
        (void)(*tree)->text(node, 3);
    }
    (void)pathOf(**tree, (*tree)->nodeCount() - 1, QStringLiteral("output"));
    (void)explain(xray::Step(), tree->get()).headline();
    const auto again = PayloadTree::parse(indentedJson(**tree, PayloadTree::kMaxBytes).text);
    if (!again || (*again)->nodeCount() != (*tree)->nodeCount())
        std::abort();
    return 0;
}
