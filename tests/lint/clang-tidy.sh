#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy over the server and the mock backend. Argument: the build folder.
set -euo pipefail
build=$1
# A file that was clean is not looked at again until it, a header or the checks change.
cache=$build/clang-tidy
mkdir -p "$cache"
# GCC's precompiled headers, which clang cannot read, only save time.
sed -E 's/ -Winvalid-pch| -include [^ ]*cmake_pch\.hxx//g' "$build/compile_commands.json" >"$cache/compile_commands.json"
headers=$(cat .clang-tidy $(git ls-files --cached --others --exclude-standard 'trunk/src/*.h' 'research/*.h') | sha256sum)

check() {
    local build=$1 cache=$2 headers=$3 file=$4
    local key
    key=$( (echo "$headers"; cat "$file") | sha256sum | cut -d' ' -f1)
    [[ -e $cache/$key ]] && return 0
    clang-tidy --quiet -p "$cache" "$file" 2>/dev/null && touch "$cache/$key"
}
export -f check

git ls-files --cached --others --exclude-standard 'trunk/src/*.cpp' 'research/*.cpp' |
    xargs -P "$(nproc)" -I{} bash -c 'check "$@"' _ "$build" "$cache" "$headers" {}
