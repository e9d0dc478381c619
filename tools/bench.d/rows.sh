# Sourced by tools/bench: one function per measurement. Each starts its servers, stops them, and records numbers.

record() {
    jq -nc --arg name "$1" --argjson value "$2" '{name: $name, value: $value}' >>"$results"
    printf '  %-48s %s\n' "$1" "$2"
}

of() {
    jq -r "$2" <<<"$1"
}

# Fan-out of one stream: NAME URL FILE PLAYERS [URL_OF_PLAYERS]. The server runs.
fan_out() {
    local name=$1 url=$2 file=$3 players=$4 play_url=${5:-$2} before summary
    start_publisher "$url" "$file"
    wait_for_stream "$url"
    before=$(pss_kb "$server")
    summary=$(play --url "$play_url" --clients "$players" --ramp 5 --seconds "$((seconds + 2))" --watch "$server")
    stop_all
    record "$name.cpu_s_per_gbit" "$(of "$summary" .window.cpu_s_per_gbit)"
    record "$name.cpu_ms_per_player_s" \
        "$(of "$summary" "(.window.user_s + .window.system_s) * 1000 / $players / .window.seconds")"
    record "$name.kb_per_player" "$(of "$summary" "(.window.pss_kb - $before) / $players")"
    record "$name.first_keyframe_p99_ms" "$(of "$summary" .first_keyframe_ms.p99)"
    record "$name.latency_p99_ms" "$(of "$summary" .latency_ms.p99)"
    record "$name.bad" \
        "$(of "$summary" ".refused + .lost + .timestamp_gaps + .continuity_gaps + ($players - .started)")"
}

floor() {
    local name=$1 players=$2 kbps=$3 period=$4 summary
    start_floor "$players" "$kbps" "$period"
    wait_for_port $floor_port
    summary=$(play --url "tcp://127.0.0.1:$floor_port" --clients "$players" --ramp 1 --seconds "$((seconds + 2))" --watch "$server")
    stop_all
    record "$name.cpu_s_per_gbit" "$(of "$summary" .window.cpu_s_per_gbit)"
}

our_url=rtmp://127.0.0.1:$our_port/live/stream
our_http_url=http://127.0.0.1:$our_http_port/live/stream.flv
our_rtsp_url=rtsp://127.0.0.1:$our_rtsp_port/live/stream
nginx_url=rtmp://127.0.0.1:$nginx_port/live/stream

row_fan_out() {
    floor floor350 1000 1630 350
    start_ours "play { mw_latency 350; }"
    fan_out ours350 "$our_url" "$work/stream.flv" 1000
}

row_low_latency() {
    floor floor40 1000 1630 40
    start_ours "min_latency on;"
    fan_out ours40 "$our_url" "$work/stream.flv" 1000
    start_nginx ""
    fan_out nginx40 "$nginx_url" "$work/stream.flv" 1000
}

# Beside the same floors as RTMP's.
row_http_flv() {
    local server_block="http_server { enabled on; listen $our_http_port; }" remux="http_remux { enabled on; }"
    start_ours "play { mw_latency 350; } $remux" "$server_block"
    fan_out http350 "$our_url" "$work/stream.flv" 1000 "$our_http_url"
    start_ours "min_latency on; $remux" "$server_block"
    fan_out http40 "$our_url" "$work/stream.flv" 1000 "$our_http_url"
}

# Beside the same floors too.
row_rtsp() {
    local server_block="rtsp_server { enabled on; listen $our_rtsp_port; }"
    start_ours "play { mw_latency 350; }" "$server_block"
    fan_out rtsp350 "$our_url" "$work/stream.flv" 1000 "$our_rtsp_url"
    start_ours "min_latency on;" "$server_block"
    fan_out rtsp40 "$our_url" "$work/stream.flv" 1000 "$our_rtsp_url"
}

row_many_small() {
    floor floor4000 4000 210 350
    start_ours "play { mw_latency 350; }"
    fan_out ours4000 "$our_url" "$work/small.flv" 4000
    start_nginx ""
    fan_out nginx4000 "$nginx_url" "$work/small.flv" 4000
}

row_twice() {
    start_ours "play { mw_latency 350; }"
    fan_out ours2000 "$our_url" "$work/stream.flv" 2000
}

# One of 1,000 players reads nothing: what it costs the others, and the memory that it holds.
row_frozen() {
    local summary
    start_ours "play { mw_latency 350; queue_length 10; }"
    start_publisher "$our_url" "$work/stream.flv"
    wait_for_stream "$our_url"
    summary=$(play --url "$our_url" --clients 1000 --frozen 1 --ramp 5 --seconds "$((seconds + 12))" --watch "$server")
    stop_all
    record frozen.latency_p99_ms "$(of "$summary" .latency_ms.p99)"
    record frozen.pss_mb "$(of "$summary" '.window.pss_kb / 1024')"
}

hooks_to() {
    echo "http_hooks { enabled on; on_connect http://127.0.0.1:$1/api/v1/clients; on_play http://127.0.0.1:$1/api/v1/sessions; }"
}

# Admission alone: nobody publishes, so all CPU is connecting, asking and answering.
admission() {
    local name=$1 url=$2 before summary connections
    before=$(cpu_ticks "$server")
    summary=$(play --url "$url" --clients 1000 --seconds 6)
    record "$name.cpu_s" "$((($(cpu_ticks "$server") - before)))e-2"
    record "$name.not_admitted" "$(of "$summary" '1000 - .started')"
    connections=$(curl -s "http://127.0.0.1:$fast_backend_port/control/calls" |
        jq '[.calls[].client.port] | unique | length')
    stop_all
    record "$name.backend_connections" "$connections"
}

row_admission() {
    start_backend $fast_backend_port
    start_ours "$(hooks_to $fast_backend_port)"
    admission ours_admission "$our_url"
    start_backend $fast_backend_port
    start_nginx "on_play http://127.0.0.1:$fast_backend_port/api/v1/sessions;" \
        "on_connect http://127.0.0.1:$fast_backend_port/api/v1/clients;"
    admission nginx_admission "$nginx_url"
}

# The gate alone, with a backend in the same process, whose CPU counts as well.
row_decisions() {
    local measured
    build_micro_bench
    measured=$(build/bin/micro-bench --benchmark_filter='^decisions' --benchmark_format=json 2>/dev/null)
    record decisions.per_core_s "$(jq '.benchmarks[0].items_per_second' <<<"$measured")"
    record decisions.p99_ms "$(jq '.benchmarks[0].p99_ms' <<<"$measured")"
}

# The same where the backend has to be told of the end: kept on the disk, and in memory.
row_spool() {
    local closings="on_close http://127.0.0.1:$fast_backend_port/api/v1/clients; on_stop http://127.0.0.1:$fast_backend_port/api/v1/sessions;"
    local hooks kept
    hooks=$(hooks_to $fast_backend_port)
    for kept in on off; do
        start_backend $fast_backend_port
        start_ours "${hooks%\}} $closings }" "spool { enabled $kept; path $work/spool; }"
        admission spool_${kept}_admission "$our_url"
    done
}

# A backend that takes 2 s per call, and beside it a vhost whose backend is fast.
row_slow_backend() {
    local slow fast
    start_backend $slow_backend_port
    curl -s -d '{"reply":{"delay_ms":2000}}' "http://127.0.0.1:$slow_backend_port/control/rules" >/dev/null
    start_backend $fast_backend_port
    start_ours "$(hooks_to $slow_backend_port)" "vhost fast { $(hooks_to $fast_backend_port) }"
    play --url "$our_url" --clients 1000 --seconds 7 >"$work/slow.json" &
    slow=$!
    fast=$(play --url "rtmp://127.0.0.1:$our_port/live...vhost...fast/stream" --clients 200 --ramp 4 --seconds 2)
    wait $slow
    stop_all
    record slow_backend.all_playing_after_ms "$(jq .start_ms.max "$work/slow.json")"
    record slow_backend.not_admitted "$(jq '1000 - .started' "$work/slow.json")"
    record fast_beside_slow.admission_p99_ms "$(of "$fast" .start_ms.p99)"
}

# CPU of taking in 500 streams that nobody plays.
publishers() {
    local name=$1 url=$2 before
    start_publisher "$url%d" "$work/small.flv" 500
    wait_for_stream "${url}499"
    sleep 2
    before=$(cpu_ticks "$server")
    sleep "$seconds"
    record "$name.cpu_percent" "$(awk -v t="$(($(cpu_ticks "$server") - before))" -v s="$seconds" 'BEGIN { print t / s }')"
    stop_all
}

row_publishers() {
    start_ours ""
    publishers ours500pub "$our_url"
    start_nginx ""
    publishers nginx500pub "$nginx_url"
}

run_all_rows() {
    row_fan_out
    row_low_latency
    row_http_flv
    row_rtsp
    row_many_small
    row_twice
    row_frozen
    row_admission
    row_decisions
    row_spool
    row_slow_backend
    row_publishers
    row_cluster_at_rest
    row_cluster_takeover
    row_pull_latency
    row_pull_cpu
    row_hls_viewers
    row_hls_memory
    row_hls_streams
    row_hls_reloads
    row_hls_glass
    row_tls
}
