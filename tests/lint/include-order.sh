#!/usr/bin/env bash
# base <- {config, srtp}, config <- {net, media} <- hooks <- hub <- visits <- {rtp, http} <- {rtmp, rtsp, srt, live,
# control, files, outputs, inputs} <- app, and srtp <- rtsp: a room includes itself and the rooms that its line in
# CMakeLists.txt leads to, and no other.
set -euo pipefail

declare -A may_include=()
while read -r room words; do
    may_include[$room]=$room
    without=" "
    for word in $words; do
        case $word in
            DEPENDS | WITHOUT | LIBRARIES) list=$word; continue ;;
        esac
        case $list in
            DEPENDS) may_include[$room]+=" ${may_include[$word]}" ;;
            WITHOUT) without+="$word " ;;
        esac
    done
    kept=""
    for other in ${may_include[$room]}; do [[ $without == *" $other "* ]] || kept+="$other "; done
    may_include[$room]=$kept
done < <(sed -nE 's/^add_room\((.*)\)$/\1/p' CMakeLists.txt)
((${#may_include[@]} > 0)) || { echo "CMakeLists.txt has no rooms"; exit 1; }

status=0
checked=0
for file in $(git ls-files --cached --others --exclude-standard 'trunk/src/*.h' 'trunk/src/*.cpp'); do
    room=$(cut -d/ -f3 <<<"$file")
    if [[ -z ${may_include[$room]:-} ]]; then
        echo "$file: $room is not one of the rooms"
        status=1
        continue
    fi
    checked=$((checked + 1))
    while IFS= read -r included; do
        other=${included%%/*}
        if [[ " ${may_include[$room]} " != *" $other "* ]]; then
            echo "$file: room $room must not include \"$included\""
            status=1
        fi
    done < <(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]+)".*/\1/p' "$file")
done
((checked > 0)) || { echo "no source file was found"; exit 1; }
exit $status
