#!/usr/bin/env bash
# What the code must not contain: unfinished work, waits for time, raw ownership, using-directives, and anything that
# ties the repository to one machine.
set -euo pipefail

status=0
forbid() {
    local why=$1 pattern=$2
    shift 2
    local found
    found=$(git ls-files --cached --others --exclude-standard -- "$@" | grep -v '^tests/lint/' | xargs -r grep -nE "$pattern" /dev/null || true)
    [[ -z $found ]] && return
    echo "$why:"
    echo "$found"
    status=1
}

forbid "unfinished work" '\b(TODO|FIXME|XXX|HACK)\b' '*.h' '*.cpp' '*.sh' 'tools/*' '*.md'
forbid "a wait for time" '\b(sleep_for|sleep_until|usleep|Thread::sleep)\b' '*.h' '*.cpp'
forbid "raw ownership" '\bdelete[[:space:]]+[a-z]|\bdelete\[\]|\b(malloc|free)\(' '*.h' '*.cpp' \
    ':!tests/unit/support/RefusedAllocation.h' ':!tests/integration/support/preload/*' # which is where memory comes from
forbid "a using-directive" '^[[:space:]]*using namespace' '*.h'
forbid "a path of one machine" '/work/|/root/|/home/' '*.h' '*.cpp' '*.txt' '*.json' '*.conf' '*.md' 'tools/*' '.ci/*'
exit $status
