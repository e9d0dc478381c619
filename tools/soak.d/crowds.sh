# Sourced by tools/soak: the server, and who comes and goes.

soak_rtmp=12935 soak_http=12938 soak_rtsp=12939 soak_srt=12940 soak_api=12985 soak_backend=12086
crowds=()

start_soaked_server() {
    cat >"$work/soak.conf" <<EOT
listen $soak_rtmp; daemon off; srs_log_tank file; srs_log_file $PWD/$out/server.log; srs_log_level warn;
pid $work/soak.pid; max_connections 10000;
limits { hook_drain 60000; }
spool { path $work/spool; }
rtsp_server { enabled on; listen $soak_rtsp; }
http_server { enabled on; listen $soak_http; }
srt_server { enabled on; listen $soak_srt; }
http_api { enabled on; listen 127.0.0.1:$soak_api; }
vhost __defaultVhost__ {
    srt { enabled on; }
    http_remux { enabled on; }
    hls { enabled on; hls_fragment 2; hls_window 10; hls_viewer_timeout 8; }
    publish { firstpkt_timeout 60000; normal_timeout 60000; }
    http_hooks {
        enabled on;
        on_connect http://127.0.0.1:$soak_backend/api/v1/clients;
        on_close http://127.0.0.1:$soak_backend/api/v1/clients;
        on_publish http://127.0.0.1:$soak_backend/api/v1/streams;
        on_unpublish http://127.0.0.1:$soak_backend/api/v1/streams;
        on_play http://127.0.0.1:$soak_backend/api/v1/sessions;
        on_stop http://127.0.0.1:$soak_backend/api/v1/sessions;
    }
}
EOT
    launch build/bin/mock-hook-server --quiet -p $soak_backend
    wait_for_port $soak_backend
    expect_alive "$pid"
    ASAN_OPTIONS=log_path=$PWD/$out/sanitizer:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:log_path=$PWD/$out/sanitizer \
        "$folder/bin/hookcast" -c "$work/soak.conf" >"$out/server.txt" 2>&1 &
    server=$!
    started+=("$server")
    wait_for_port $soak_rtmp
    wait_for_port $soak_api
    expect_alive "$server"
}

# Whoever listens there may be one of an earlier run.
expect_alive() {
    sleep 0.2
    kill -0 "$1" 2>/dev/null || { echo "A port of this script is taken" >&2; return 1; }
}

# again COMMAND...: runs it again and again, until end_crowds. Its output is not kept.
again() {
    (
        trap 'kill "$child" 2>/dev/null; wait "$child"; exit' TERM # waited for, so that its time is counted
        while true; do
            "$@" >/dev/null 2>&1 &
            child=$!
            wait "$child" || sleep 0.2
        done
    ) &
    crowds+=("$!")
}

# cut_short COMMAND...: a run of it that is killed without a word.
cut_short() {
    timeout -s KILL 7 "$@"
}

load=build/bin/stream-load

# Of the publishers, one in ten stays, to be played; a quarter comes by SRT, one in fifty by RTSP, with ffmpeg.
begin_crowds() {
    local steady=$((publishers / 10)) rtsp=$((publishers / 50)) srt=$((publishers / 4)) killed=$((publishers / 10)) rest i
    ((steady > 0)) || steady=1
    rest=$((publishers - steady - rtsp - srt - killed))
    local rtmp=rtmp://127.0.0.1:$soak_rtmp/live
    local from=(--file "$work/tiny.flv")
    again $load publish --url "$rtmp/steady%d" "${from[@]}" --clients "$steady" --seconds 100000
    again $load publish --url "$rtmp/short%d" "${from[@]}" --clients "$((rest / 2))" --ramp 3 --seconds 12
    again $load publish --url "$rtmp/long%d" "${from[@]}" --clients "$((rest - rest / 2))" --ramp 5 --seconds 40
    again cut_short $load publish --url "$rtmp/cut%d" "${from[@]}" --clients "$killed" --ramp 2 --seconds 60
    again $load publish --url "srt://127.0.0.1:$soak_srt?streamid=#!::r=live/srt%d,m=publish" "${from[@]}" --clients "$srt" \
        --ramp 5 --seconds 20
    for ((i = 0; i < rtsp; ++i)); do
        again ffmpeg -v quiet -re -stream_loop 1 -i "$work/tiny.flv" -c copy -f rtsp -rtsp_transport tcp \
            "rtsp://127.0.0.1:$soak_rtsp/live/rtsp$i"
    done
    wait_for_stream "$rtmp/steady0"

    # Of the players, most stay for a while; a few of each protocol come and go each second, and some are killed.
    local stay=$((players * 9 / 10)) few=$((players / 200)) name url share
    ((few > 0)) || few=1
    local -A urls=(
        [rtmp]=$rtmp/steady0 [http]=http://127.0.0.1:$soak_http/live/steady0.flv
        [rtsp]=rtsp://127.0.0.1:$soak_rtsp/live/steady0 [hls]=http://127.0.0.1:$soak_http/live/steady0.m3u8
        [srt]="srt://127.0.0.1:$soak_srt?streamid=#!::r=live/steady0,m=request"
    )
    local -A shares=([rtmp]=30 [http]=30 [rtsp]=20 [hls]=10 [srt]=10)
    for name in "${!urls[@]}"; do
        url=${urls[$name]} share=$((stay * shares[$name] / 100))
        again $load play --url "$url" --clients "$((share / 2))" --inspect 1 --ramp 5 --seconds 15
        again $load play --url "$url" --clients "$((share - share / 2))" --inspect 1 --ramp 10 --seconds 45
        if [[ $name == srt ]]; then # churn does not know it
            again $load play --url "$url" --clients "$few" --inspect 1 --seconds 2
        else
            again $load churn --url "$url" --clients "$few" --seconds 20
        fi
        again cut_short $load play --url "$url" --clients "$few" --ramp 1 --seconds 60
    done
}

# Those that repeat themselves first, or others would take their place.
end_crowds() {
    ((${#crowds[@]} > 0)) || return 0
    kill "${crowds[@]}" 2>/dev/null || true
    wait "${crowds[@]}" 2>/dev/null || true
    crowds=()
}
