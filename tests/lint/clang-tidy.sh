#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy over the server and the mock backend, after a build. Argument: the build folder.
#
# A file that was clean is looked at again when it changes, or a header that it includes, or the checks. Of each room,
# several sources together become one: nearly all the time goes into the headers. Where that finds anything, or where two
# sources do not go together, each is looked at alone, and only that is the verdict.
set -euo pipefail
export build=$1
export cache=$build/clang-tidy
readonly max_files=12
rm -rf "$cache/batches"
mkdir -p "$cache/clean" "$cache/batches"

# GCC's precompiled headers, which clang cannot read, only save time.
sed -E 's/ -Winvalid-pch| -include [^ ]*cmake_pch\.hxx//g' "$build/compile_commands.json" >"$cache/compile_commands.json"

# FILE KEY: a line for every source that is not known to be clean.
pending() {
    local file dependencies key
    sources=$(git ls-files --cached --others --exclude-standard 'trunk/src/*.cpp' 'research/*.cpp')
    # What the compiler has read for each source, as far as it is ours: SOURCE FILE, a line each.
    ninja -C "$build" -t deps | awk -v root="$PWD/" '
        /^[^ ]/ { source = "" }
        /^ / {
            if (index($1, root) != 1) next
            path = substr($1, length(root) + 1)
            if (source == "") source = path
            print source, path
        }' | sort -u >"$cache/includes"
    # All our files with what is in them; a source that has not been compiled has every header as its own.
    {
        git ls-files --cached --others --exclude-standard 'trunk/src/*.h' 'research/*.h'
        echo "$sources"
    } | xargs sha256sum | awk '{ print $2, $1 }' >"$cache/contents"
    local checks
    checks=$(clang-tidy --version | cat - .clang-tidy tests/lint/clang-tidy.sh | sha256sum)
    for file in $sources; do
        key=$(awk -v source="$file" '
            FILENAME == ARGV[1] { if ($1 == source) { includes[$2]; known = 1 }; next }
            known ? $1 in includes : $1 == source || $1 ~ /\.h$/' "$cache/includes" "$cache/contents" |
            cat - <(echo "$checks") | sha256sum | cut -d' ' -f1)
        [[ -e $cache/clean/$key ]] || echo "$file $key"
    done
}

# Into batches of sources that are compiled alike, in which no two of a folder have a name of their own in common.
group() {
    awk -v max="$max_files" -v folder="$cache/batches" -v root="$PWD/" '
        function names_of(path, names,    line, inside, word) {
            while ((getline line < path) > 0) {
                if (line == "namespace {") { inside = 1; continue }
                if (line ~ /^} \/\/ namespace$/) inside = 0
                if (!inside || line !~ /^[A-Za-z]/) continue
                sub(/^(struct|class|enum class|enum|using) /, "", line)
                gsub(/[A-Za-z_0-9]+::/, "", line)
                while (gsub(/<[^<>]*>/, "", line)) {}
                if (match(line, /[A-Za-z_][A-Za-z_0-9]* *([={(;:[]|$)/)) {
                    word = substr(line, RSTART, RLENGTH)
                    sub(/[^A-Za-z_0-9].*/, "", word)
                    names[word]
                }
            }
            close(path)
        }
        FILENAME == ARGV[1] {
            if (/"command"/) { command = $0; sub(/ -o .*/, "", command) }
            if (/"file"/) {
                split($0, parts, "\"")
                flags[substr(parts[4], length(root) + 1)] = command
            }
            next
        }
        {
            delete names
            names_of($1, names)
            room = $1
            sub(/\/[^\/]*$/, "", room)
            for (batch = 1; ; ++batch) {
                id = flags[$1] SUBSEP batch
                fits = size[id] < max
                for (name in names) if ((id, room, name) in taken) fits = 0
                if (fits) break
            }
            if (!(id in number)) number[id] = ++count
            ++size[id]
            for (name in names) taken[id, room, name]
            print >(folder "/" number[id])
        }' "$cache/compile_commands.json" -
}

# Argument: a file of FILE KEY lines.
check_batch() {
    local batch=$1 file key status=0
    if (($(wc -l <"$batch") > 1)); then
        local first directory command
        read -r first _ <"$batch"
        while read -r file _; do
            cat "$file"
            echo
        done <"$batch" >"$batch.cpp"
        # The command of the first source is that of all.
        mkdir "$batch.commands"
        awk -v file="$PWD/$first" -v batch="$PWD/$batch.cpp" '
            /"directory"/ { directory = $0 }
            /"command"/ { command = $0 }
            /"file"/ && index($0, "\"" file "\"") && !found {
                found = 1
                gsub(/[.]/, "[.]", file)
                gsub(file, batch, command)
                printf "[{\n%s\n%s\n  \"file\": \"%s\"\n}]\n", directory, command, batch
            }' "$cache/compile_commands.json" >"$batch.commands/compile_commands.json"
        if clang-tidy --quiet --config-file=.clang-tidy -p "$batch.commands" "$batch.cpp" >"$batch.said" 2>&1; then
            while read -r _ key; do touch "$cache/clean/$key"; done <"$batch"
            return 0
        fi
    fi
    while read -r file key; do
        if clang-tidy --quiet -p "$cache" "$file" 2>"$batch.said"; then
            touch "$cache/clean/$key"
        else
            grep -E '(error|warning): ' "$batch.said" || true
            status=1
        fi
    done <"$batch"
    return $status
}
export -f check_batch

pending | group
find "$cache/batches" -type f | xargs -r -P "$(nproc)" -I{} bash -c 'check_batch {}'
