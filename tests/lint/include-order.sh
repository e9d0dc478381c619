#!/usr/bin/env bash
# base <- config <- {net, media} <- hooks <- hub <- visits <- {rtmp, rtsp, srt, http, outputs, inputs} <- app: a room includes itself and
# rooms to its left; siblings never include each other.
set -euo pipefail

declare -A may_include=(
    [base]="base"
    [config]="base config"
    [net]="base config net"
    [media]="base config media"
    [hooks]="base config net media hooks"
    [hub]="base config net media hooks hub"
    [visits]="base config net media hooks hub visits"
    [rtmp]="base config net media hooks hub visits rtmp"
    [rtsp]="base config net media hooks hub visits rtsp"
    [srt]="base config net media hooks hub visits srt"
    [http]="base config net media hooks hub visits http"
    [outputs]="base config net media hooks hub outputs"
    [inputs]="base config net media hooks hub visits inputs"
    [app]="base config net media hooks hub visits rtmp rtsp srt http outputs inputs app"
)

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
