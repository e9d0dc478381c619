# Sourced by tools/test: runs its stages, and says at the end where the time went.

stages=()     # name and seconds of each that is over
running=""    # the name of one that is not
slowest_of=() # what took longest in them

# The first COUNT of the lines by their number. Not with head, which leaves before all is read: what writes to it then
# dies of a broken pipe, and under pipefail everything with it.
slowest() {
    sort -rn | awk -v count="$1" 'NR <= count'
}

# stage NAME COMMAND...
stage() {
    running=$1
    running_since=$SECONDS
    shift
    "$@"
    stages+=("$running $((SECONDS - running_since))")
    running=""
}

# build_in FOLDER [ARGUMENT...]
build_in() {
    local folder=$1 start_ns
    shift
    start_ns=$(date +%s%N)
    cmake --build "$folder" "$@"
    # Of what this build has made, in the log of Ninja: start and end in ms, when it was made, what.
    slowest_of+=("$(awk -F '\t' -v since="$start_ns" '
        NF >= 4 && $3 >= since && $4 !~ /\.cmake$/ { printf "%7.1f s  %s\n", ($2 - $1) / 1000, $4 }' \
        "$folder/.ninja_log" | slowest 8)")
}

# test_in FOLDER CTEST_ARGUMENT...
test_in() {
    local folder=$1 status=0 said=$1/ctest.txt
    shift
    ctest --test-dir "$folder" --output-on-failure --no-tests=error "$@" | tee "$said" || status=$?
    # 17/99 Test  #3: unit.base.Log ......   Passed    1.23 sec
    slowest_of+=("$(awk '
        match($0, /Test +#[0-9]+: /) && $NF == "sec" {
            name = substr($0, RSTART + RLENGTH)
            sub(/ .*/, "", name)
            printf "%7.1f s  %s\n", $(NF - 1), name
            if (name ~ /^lint\./) lint += $(NF - 1)
        }
        END { if (lint > 0) printf "%7.1f s  all lint.*, beside other tests\n", lint }' "$said" | slowest 12)")
    return "$status"
}

print_times() {
    trap - EXIT
    [[ -z $running ]] || stages+=("$running $((SECONDS - running_since)) failed")
    ((${#stages[@]})) || return 0
    echo
    echo "Where the time went:"
    printf '%s\n' "${stages[@]}" | awk '
        { failed = $NF == "failed" ? "  failed" : ""; if (failed) NF--; seconds = $NF; NF--
          total += seconds; printf "%6d s  %s%s\n", seconds, $0, failed }
        END { printf "%6d s  in all\n", total }'
    local slowest
    for slowest in "${slowest_of[@]}"; do
        [[ -n $slowest ]] || continue
        echo "The slowest of these:"
        echo "$slowest"
    done
}
