# Sourced by tools/bench: the media, the servers under test, and what they used.

our_port=11935
our_http_port=11938
our_rtsp_port=11939
nginx_port=11937
floor_port=11936
slow_backend_port=11085
fast_backend_port=11086
started=()

make_media() {
    echo "Making the test streams"
    make_stream "$work/stream.flv" 1280x720 1500k 128k
    make_stream "$work/small.flv" 320x180 170k 32k
    make_stream "$work/tiny.flv" 64x36 20k 16k
}

# A constant bit rate, a keyframe every two seconds, no B-frames. Arguments: the file, the size, the rates of picture and
# sound; pictures a second, sound samples a second.
make_stream() {
    local pictures=${5:-25}
    ffmpeg -v error -y -f lavfi -i "testsrc2=size=$2:rate=$pictures" -f lavfi -i sine=frequency=440 -t 20 \
        -c:v libx264 -preset veryfast -g "$((2 * pictures))" -bf 0 -b:v "$3" -maxrate "$3" -bufsize "$3" \
        -x264-params nal-hrd=cbr -pix_fmt yuv420p -c:a aac -b:a "$4" -ar "${6:-44100}" -f flv "$1"
}

wait_for_port() {
    local tries=200
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        ((tries-- > 0)) || { echo "nothing listens on port $1" >&2; return 1; }
        sleep 0.05
    done
}

# Starts a program in the background; its process id is in $pid.
launch() {
    "$@" >"$work/last.log" 2>&1 &
    pid=$!
    started+=("$pid")
}

stop_all() {
    ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    started=()
}

# Arguments: what stands in the default vhost. The server's process id is in $server.
start_ours() {
    cat >"$work/ours.conf" <<EOT
listen $our_port; daemon off; srs_log_tank console; srs_log_level warn; pid $work/ours.pid; max_connections 10000;
vhost __defaultVhost__ { $1 }
${2:-}
EOT
    launch build/bin/hookcast -c "$work/ours.conf"
    server=$pid
    wait_for_port $our_port
}

# Arguments: what stands in the application, what stands in the server block.
start_nginx() {
    cat >"$work/nginx.conf" <<EOT
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log error;
worker_rlimit_nofile $(ulimit -n);
events { worker_connections 10000; }
rtmp { access_log off; server { listen $nginx_port; chunk_size 60000; ${2:-} application live { live on; $1 } } }
EOT
    launch nginx -c "$work/nginx.conf"
    server=$pid
    wait_for_port $nginx_port
}

# Arguments: clients, the rate and the period of each; more options.
start_floor() {
    launch build/bin/stream-load floor --port $floor_port --clients "$1" --kbps "$2" --period "$3" --seconds 600 "${@:4}"
    server=$pid
}

start_backend() {
    launch build/bin/mock-hook-server --quiet -p "$1"
    wait_for_port "$1"
}

start_publisher() {
    launch build/bin/stream-load publish --url "$1" --file "$2" --clients "${3:-1}" --seconds 600 --clock
}

# The stream has begun once ffprobe can tell what is in it.
wait_for_stream() {
    ffprobe -v quiet -rw_timeout 10000000 "$1" >/dev/null
}

play() {
    build/bin/stream-load play --json "$@" | tail -n 1
}

cpu_ticks() {
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

pss_kb() {
    awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"
}
