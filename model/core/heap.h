// SPDX-License-Identifier: GPL-3.0-or-later
// How the C heap of a whole program behaves. Called once, first thing in main().
#pragma once

namespace xray {

/// Large blocks (payloads, bodies, pages of replies) go back to the system when they are freed.
/// Left to itself, glibc keeps ever larger ones for later (mallopt(3), M_MMAP_THRESHOLD): under
/// bodies of 1 MB the resident memory of a server was a third higher. Does nothing elsewhere.
void returnLargeBlocks() noexcept;

} // namespace xray
