# Sourced by tools/bench: what HLS costs.

hls_url=http://127.0.0.1:$our_http_port/live/stream.m3u8
nginx_hls_url=http://127.0.0.1:$nginx_port/live/stream.m3u8

# Arguments: what stands in the hls block, and beside it in the vhost.
start_ours_with_hls() {
    start_ours "hls { enabled on; $1 } ${2:-}" "http_server { enabled on; listen $our_http_port; }"
}

# Debian's nginx as a server of files; its process id is in $files_server.
start_nginx_with_files() {
    cat >"$work/files.conf" <<EOT
daemon off; master_process off; pid $work/files.pid; error_log $work/files.log error;
worker_rlimit_nofile $(ulimit -n);
events { worker_connections 10000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
       types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
       server { listen $nginx_port backlog=4096; root $1; } }
EOT
    launch nginx -c "$work/files.conf"
    files_server=$pid
    wait_for_port $nginx_port
}

# Until the stream's playlist has so many segments. A viewer is first sent to a URL of his own.
wait_for_segments() {
    local tries=300 own
    until own=$(curl -s "$hls_url" | grep '^/'); do
        ((tries-- > 0)) || { echo "no playlist at $hls_url" >&2; return 1; }
        sleep 0.1
    done
    until (($(curl -s "http://127.0.0.1:$our_http_port$own" | grep -c '^#EXTINF:') >= $1)); do
        ((tries-- > 0)) || { echo "no $1 segments at $hls_url" >&2; return 1; }
        sleep 0.1
    done
}

# 1,000 viewers of the segments that the server has in memory, and as many of the same ones, which it also writes as files,
# from nginx.
row_hls_viewers() {
    local summary name url watched
    start_ours_with_hls "hls_fragment 2; hls_window 12; hls_path $work/hls;"
    start_nginx_with_files "$work/hls"
    start_publisher "$our_url" "$work/stream.flv"
    wait_for_segments 3
    for name in hls_ours hls_nginx; do
        if [[ $name == hls_ours ]]; then url=$hls_url watched=$server; else url=$nginx_hls_url watched=$files_server; fi
        summary=$(play --url "$url" --clients 1000 --ramp 5 --seconds "$((seconds + 2))" --watch "$watched")
        record "$name.cpu_s_per_gbit" "$(of "$summary" .window.cpu_s_per_gbit)"
        record "$name.mbit_per_s" "$(of "$summary" '.window.bytes * 8 / 1e6 / .window.seconds')"
        record "$name.bad" "$(of "$summary" '.refused + .lost + .continuity_gaps + (1000 - .started)')"
    done
    stop_all
}

# 10,000 viewers, each with a token and an address of his own, without the connections he comes by.
row_hls_memory() {
    build_micro_bench
    record hls_memory.bytes_per_viewer \
        "$(build/bin/micro-bench --benchmark_filter='^hlsViewerMemory' --benchmark_format=json 2>/dev/null |
            jq '.benchmarks[0].bytes | floor')"
}

# 200 streams of 200 kbit/s that nobody watches, with HLS and without.
row_hls_streams() {
    local name
    for name in hls200 plain200; do
        if [[ $name == hls200 ]]; then start_ours_with_hls "hls_fragment 2; hls_path $work/hls200;"; else start_ours ""; fi
        start_publisher "$our_url%d" "$work/small.flv" 200
        wait_for_stream "${our_url}199"
        sleep 2
        local before
        before=$(cpu_ticks "$server")
        sleep "$seconds"
        record "$name.cpu_percent" \
            "$(awk -v t="$(($(cpu_ticks "$server") - before))" -v s="$seconds" 'BEGIN { print t / s }')"
        stop_all
    done
}

# 5,000 viewers whose requests wait for the same part; and as many bytes to as many sockets, each answered with as many as a
# request has, by a bare loop of recv() and send().
row_hls_reloads() {
    local summary bytes kbps
    start_ours_with_hls "hls_ll on; hls_fragment 1; hls_window 12;" "tcp_nodelay on; min_latency on;"
    start_publisher "$our_url" "$work/small.flv"
    wait_for_segments 3
    summary=$(play --url "$hls_url" --reloads --clients 5000 --ramp 5 --seconds "$((seconds + 2))" --watch "$server")
    stop_all
    record hls_reloads.release_p50_ms "$(of "$summary" .release_ms.p50)"
    record hls_reloads.release_p95_ms "$(of "$summary" .release_ms.p95)"
    record hls_reloads.parts "$(of "$summary" .release_ms.count)"
    record hls_reloads.bad "$(of "$summary" '.refused + .lost + (5000 - .started)')"
    bytes=$(of "$summary" '.window.bytes / .window.seconds / 5000 / 5 | floor')
    kbps=$((bytes * 8 * 5 / 1000))
    start_floor 5000 "$kbps" 200 --reloads
    wait_for_port $floor_port
    summary=$(play --url tcp://127.0.0.1:$floor_port --reloads --kbps "$kbps" --period 200 --clients 5000 --ramp 5 \
        --seconds "$((seconds + 2))")
    stop_all
    record floor_reloads.release_p50_ms "$(of "$summary" .release_ms.p50)"
    record floor_reloads.parts "$(of "$summary" .release_ms.count)"
}

# A clock in the picture, from the encoder to what a browser shows. Five minutes of it: tools/bench --only hls_glass 100
row_hls_glass() {
    local measured
    install_npm
    install_missing chromium
    measured=$(node tools/bench.d/glass.mjs build/bin/hookcast . build "$((seconds * 3))" | tail -n 1)
    record hls_glass.p50_ms "$(of "$measured" .p50)"
    record hls_glass.p95_ms "$(of "$measured" .p95)"
    record hls_glass.waits "$(of "$measured" .waits)"
    record hls_glass.unclear "$(of "$measured" .unclear)"
}
