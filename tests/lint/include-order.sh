#!/usr/bin/env bash
# base <- config <- {net, media} <- hooks <- hub <- visits <- {rtp, http} <- {rtmp, rtsp, srt, live, control, files, outputs,
# inputs} <- app: a room includes itself and rooms to its left; siblings never include each other. What knows nothing of
# clients stays lower than its place: rtp uses the hub's frames and logs, and neither hooks nor visits.
set -euo pipefail

below="base config net media hooks hub visits"
declare -A may_include=(
    [base]="base"
    [config]="base config"
    [net]="base config net"
    [media]="base config media"
    [hooks]="base config net media hooks"
    [hub]="base config net media hooks hub"
    [visits]="$below"
    [rtp]="base config net media hub rtp"
    [http]="$below http"
    [rtmp]="$below rtmp"
    [rtsp]="$below rtp rtsp"
    [srt]="$below srt"
    [live]="$below http live"
    [control]="$below http control"
    [files]="$below http files"
    [outputs]="$below outputs"
    [inputs]="$below inputs"
    [app]="$below rtp http rtmp rtsp srt live control files outputs inputs app"
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
