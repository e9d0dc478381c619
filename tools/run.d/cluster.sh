#!/usr/bin/env bash
# Redis, three nodes, a camera and the mock backend on one machine, until Ctrl-C. tools/run --cluster builds them first.
#   cluster.sh PROGRAMS [AGAIN PORT...]
# PROGRAMS is the folder of hookcast and mock-hook-server. A node that has ended is started again after AGAIN seconds (20).
# The ports, where they are not to be those of conf/cluster, are twelve: redis, mock backend, camera, and RTMP, HTTP and
# control interface of a, b and c.
set -euo pipefail

programs=$1
again_s=${2:-20}
shift $(($# < 2 ? $# : 2))
sample=$(cd "$(dirname "$0")/../../conf/cluster" && pwd)
usual=(16379 8085 19350 1935 8080 1985 1936 8081 1986 1937 8082 1987)
ports=("${usual[@]}")
if (($#)); then ports=("$@"); fi
if ((${#ports[@]} != ${#usual[@]})); then sed -n '2,6s/^# \?//p' "$0"; exit 2; fi

work=$(mktemp -d)
conf=$sample
# Copies of the sample with other ports.
if (($#)); then
    conf=$work/conf
    mkdir "$conf"
    script=
    for i in "${!usual[@]}"; do script+="s/\\b${usual[i]}\\b/port-$i-/g;"; done
    for i in "${!usual[@]}"; do script+="s/port-$i-/${ports[i]}/g;"; done
    script+="s#\\./objs/#$work/#"
    for file in "$sample"/*.conf; do sed "$script" "$file" >"$conf/$(basename "$file")"; done
fi

declare -A pid_of=() # by name
declare -A back_at=() # when it is started again, by a node's name

# Ends these, one as soon as the other.
end() {
    local name pids=()
    for name in "$@"; do pids+=(${pid_of[$name]:-}); done
    ((${#pids[@]})) || return 0
    kill "${pids[@]}" 2>/dev/null || true
    wait "${pids[@]}" 2>/dev/null || true
}

# Who is told something outlives who tells it.
finish() {
    trap - EXIT
    trap '' INT TERM HUP
    end a b c
    end picture camera
    end mock redis
    wait
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

# What the programs say, as long as it is waited for.
news=$work/news
mkfifo "$news"
exec 3<>"$news"

# Passes a program's lines on with its name in front.
label() {
    trap '' INT
    local line
    while IFS= read -r line; do
        printf '%-7s %s\n' "$1" "$line"
        [[ ! -p $news ]] || printf '%s %s\n' "$1" "$line" >&3
    done
}

# In a session of its own: the terminal's Ctrl-C is for this script alone. It ends with the script, however that ends.
start() {
    local name=$1
    shift
    setsid setpriv --pdeathsig TERM "$@" > >(label "$name") 2>&1 3>&- </dev/null &
    pid_of[$name]=$!
}

start_node() {
    start "$1" "$programs/hookcast" -c "$conf/$1.conf"
}

# Waits until each program has said its word: NAME WORD...
await() {
    local -A missing=()
    while (($#)); do missing[$1]=$2; shift 2; done
    local line name patience=60
    while ((${#missing[@]})); do
        if IFS= read -r -t 1 line <&3; then
            name=${line%% *}
            if [[ -n ${missing[$name]:-} && $line == *"${missing[$name]}"* ]]; then unset "missing[$name]"; fi
            continue
        fi
        for name in "${!missing[@]}"; do
            if ((--patience < 0)) || ! kill -0 "${pid_of[$name]}" 2>/dev/null; then
                echo "$name has not started" >&2
                exit 1
            fi
        done
    done
}

mkdir -p objs
start redis redis-server --port "${ports[0]}" --bind 127.0.0.1 --save '' --appendonly no --dir "$work"
start mock "$programs/mock-hook-server" -p "${ports[1]}" --quiet
start camera "$programs/hookcast" -c "$conf/camera.conf"
await redis "Ready to accept connections" mock "listening" camera "serves, pid"
start picture ffmpeg -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=25 -c:v libx264 -preset veryfast \
    -tune zerolatency -g 25 -pix_fmt yuv420p -f flv "rtmp://127.0.0.1:${ports[2]}/live/picture"
await camera "publishes __defaultVhost__/live/picture"
for node in a b c; do start_node "$node"; done
await a "publishes __defaultVhost__/live/door-primary" b "joined as node" c "joined as node"

cat <<EOT

  push to a:    ffmpeg -re -f lavfi -i testsrc2 -c:v libx264 -tune zerolatency -g 50 -pix_fmt yuv420p -f flv rtmp://127.0.0.1:${ports[3]}/live/show
  play from b:  ffplay rtmp://127.0.0.1:${ports[6]}/live/show        the camera from c: ffplay rtmp://127.0.0.1:${ports[9]}/live/door-primary
  kill a:       kill -9 ${pid_of[a]}        another node takes the camera; a comes back after $again_s s, and takes it again
  watch:        http://127.0.0.1:${ports[1]}/ has the calls and server:capture, server:release; http://127.0.0.1:${ports[8]}/api/v1/clusters what b knows
  Ctrl-C ends all.

EOT

# Nobody waits for words any more.
rm "$news"
while read -r -t 0.1 _ <&3; do :; done
while true; do
    # In the background, so that a signal is heard at once.
    sleep 1 &
    wait $! || true
    for name in "${!pid_of[@]}"; do
        ! kill -0 "${pid_of[$name]}" 2>/dev/null || continue
        unset "pid_of[$name]"
        if [[ $name != [abc] ]]; then
            echo "$name has ended" >&2
            exit 1
        fi
        echo "  node $name has ended; it is started again after $again_s s"
        back_at[$name]=$((SECONDS + again_s))
    done
    for name in "${!back_at[@]}"; do
        ((SECONDS >= back_at[$name])) || continue
        unset "back_at[$name]"
        start_node "$name"
        echo "  node $name is started again, as process ${pid_of[$name]}"
    done
done
