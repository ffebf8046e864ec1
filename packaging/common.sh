# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What ./run, ./test and packaging/lint share; to be sourced. Sets `root`, the repository's folder,
# and makes it the current one for builds only: callers keep their own.

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"

# One cache for all build folders: they compile the same files with the same flags.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

say() { printf 'X-Ray: %s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# As many as there are processors, but at most one per 1.5 GB of free memory.
job_count() {
    local processors memory_kb
    processors=$(nproc)
    memory_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo)
    local by_memory=$((${memory_kb:-1500000} / 1500000))
    ((by_memory >= 1)) || by_memory=1
    echo $((processors < by_memory ? processors : by_memory))
}

# Shows the last line of its input in place when stderr is a terminal, nothing otherwise.
progress_line() {
    local line
    if [[ ! -t 2 ]]; then
        cat >/dev/null
        return
    fi
    while IFS= read -r line; do
        printf '\r\033[K%.*s' "$((${COLUMNS:-80} - 1))" "$line" >&2
    done
    printf '\r\033[K' >&2
}

# logged NAME COMMAND…: runs the command quietly; on failure prints what it said and returns 1.
logged() {
    local log="$root/build/logs/$1.log"
    shift
    mkdir -p "$root/build/logs"
    if "$@" 2>&1 | tee "$log" | progress_line; then
        return 0
    fi
    cat "$log" >&2
    return 1
}

# configure PRESET [CMAKE ARGUMENT…]. With the Python that the Debian packages are for, whichever
# comes first in PATH.
configure() {
    local preset="$1"
    shift
    [[ ! -x /usr/bin/python3 ]] || set -- -DPython3_EXECUTABLE=/usr/bin/python3 "$@"
    logged "$preset-configure" cmake -S "$root" --preset "$preset" "$@" ||
        fail "configuring the preset \"$preset\" failed."
}

# build PRESET [TARGET…]
build() {
    local preset="$1"
    shift
    local -a targets=()
    [[ $# -eq 0 ]] || targets=(--target "$@")
    say "building $preset (only what changed)"
    NINJA_STATUS='[%f/%t] ' logged "$preset-build" \
        cmake --build "$root/build/$preset" --parallel "$(job_count)" "${targets[@]}" ||
        fail "building the preset \"$preset\" failed."
}
