# Sourced by tools/bench: medians over the rounds, ratios within a round, the table and the page.

# The median of a measurement over the rounds.
median() {
    jq -s --arg name "$1" '[.[] | select(.name == $name) | .value] | sort | .[length / 2 | floor]' "$results"
}

# The median of the ratios of two measurements, each pair taken in the same round.
ratio() {
    jq -s --arg a "$1" --arg b "$2" '
        [.[] | select(.name == $a) | .value] as $x | [.[] | select(.name == $b) | .value] as $y |
        [range($x | length) | $x[.] / $y[.]] | sort | .[length / 2 | floor]' "$results"
}

number() {
    LC_ALL=C printf "%.${2:-2}f" "$1"
}

line() {
    printf '| %s | %s | %s | %s |\n' "$@"
}

print_table() {
    local cpu=cpu_s_per_gbit
    line work target hookcast nginx-rtmp
    line --- --- --- ---
    line "RTMP fan-out, 1,000 players of 1.63 Mbit/s, mw_latency 350: CPU / floor" "<= 1.3" \
        "$(number "$(ratio ours350.$cpu floor350.$cpu)")" ""
    line "the same, min_latency on: CPU / floor at 40 ms" "<= 1.4" \
        "$(number "$(ratio ours40.$cpu floor40.$cpu)")" "$(number "$(ratio nginx40.$cpu floor40.$cpu)")"
    line "HTTP-FLV fan-out, 1,000 players of 1.63 Mbit/s, mw_latency 350: CPU / floor" "<= 1.3" \
        "$(number "$(ratio http350.$cpu floor350.$cpu)")" ""
    line "the same, min_latency on: CPU / floor at 40 ms" "<= 1.4" \
        "$(number "$(ratio http40.$cpu floor40.$cpu)")" ""
    line "RTSP fan-out (interleaved), 1,000 players of 1.63 Mbit/s, mw_latency 350: CPU / floor" "<= 1.4" \
        "$(number "$(ratio rtsp350.$cpu floor350.$cpu)")" ""
    line "the same, min_latency on: CPU / floor at 40 ms" "<= 1.5" \
        "$(number "$(ratio rtsp40.$cpu floor40.$cpu)")" ""
    line "RTMPS fan-out, 1,000 players of 1.63 Mbit/s, mw_latency 350: CPU / (RTMP's + that of AES-256-GCM)" "<= 1.2" \
        "$(number "$(median rtmps350.cpu_of_plain_and_cipher)")" ""
    line "and its players: connect to first keyframe, 1,000 in 5 s, p99 ms" "<= 100" \
        "$(number "$(median rtmps350.first_keyframe_p99_ms)" 1)" ""
    line "memory per RTMPS player, kB (PSS)" "<= 25" "$(number "$(median rtmps350.kb_per_player)" 1)" ""
    line "4,000 players of 210 kbit/s, mw_latency 350: CPU / floor" "<= 1.3" \
        "$(number "$(ratio ours4000.$cpu floor4000.$cpu)")" "$(number "$(ratio nginx4000.$cpu floor4000.$cpu)")"
    line "memory per RTMP player, kB (PSS)" "<= 5" \
        "$(number "$(median ours4000.kb_per_player)" 1)" "$(number "$(median nginx4000.kb_per_player)" 1)"
    line "twice the players (2,000): CPU per player / that of 1,000" "0.9 to 1.1" \
        "$(number "$(ratio ours2000.cpu_ms_per_player_s ours350.cpu_ms_per_player_s)")" ""
    line "1,000 players admitted at once through on_connect and on_play: server CPU, s" "<= 0.13" \
        "$(number "$(median ours_admission.cpu_s)")" "$(number "$(median nginx_admission.cpu_s)")"
    line "backend connections for those 2,000 calls" "<= 32" \
        "$(number "$(median ours_admission.backend_connections)" 0)" \
        "$(number "$(median nginx_admission.backend_connections)" 0)"
    line "1,000 questions at a time, a backend in the same process: decisions per second of CPU, the backend's among it" \
        ">= 20,000" "$(number "$(median decisions.per_core_s)" 0)" ""
    line "and their p99, ms: each waits for the 999 before it" "" "$(number "$(median decisions.p99_ms)" 1)" ""
    line "1,000 sessions, a backend that takes 2 s per call, two calls each: all playing after, s" "<= 4.5" \
        "$(number "$(jq -n "$(median slow_backend.all_playing_after_ms) / 1000")")" ""
    line "meanwhile, another vhost with a fast backend: connect to playing, p99 ms" "<= 50" \
        "$(number "$(median fast_beside_slow.admission_p99_ms)" 1)" ""
    line "500 publishers of 200 kbit/s, read in every 40 ms (mr, on by default): CPU / nginx-rtmp" "<= 0.7" \
        "$(number "$(ratio ours500pub.cpu_percent nginx500pub.cpu_percent)")" "1.00"
    line "connect to first keyframe, no hooks, 1,000 players in 5 s, p99 ms" "<= 20" \
        "$(number "$(median ours350.first_keyframe_p99_ms)" 1)" "$(number "$(median nginx40.first_keyframe_p99_ms)" 1)"
    line "one player of 1,000 reads nothing: the others' latency p99 / without it" "about 1" \
        "$(number "$(ratio frozen.latency_p99_ms ours350.latency_p99_ms)")" ""
    line "and the server's memory, MB (PSS)" "bounded" "$(number "$(median frozen.pss_mb)" 1)" ""
    line "3 nodes, 1,000 captures, 1,000 streams, at rest: commands that Redis runs per second and node, those in scripts too" "<= 50" \
        "$(number "$(median cluster.commands_per_s_and_node)" 1)" ""
    line "and scripts that a node sends per second" "" "$(number "$(median cluster.scripts_per_s_and_node)")" ""
    line "a node with 500 captures is killed, lease 10 s: another one publishes its camera after, s" "<= 12" \
        "$(number "$(median cluster.takeover_s)" 1)" ""
    line "from the first of its captures that is taken to the last, s" "<= 5" "$(number "$(median cluster.spread_s)" 1)" ""
    line "and how far a node's share is from half of them, %" "<= 10" "$(number "$(median cluster.spread_percent)" 1)" ""
    line "200 players, 20 a second, each pulls a stream of another node: connect to first keyframe, p99 ms beyond those there" \
        "<= 100" "$(number "$(median pull.beyond_local_p99_ms)" 1)" ""
    line "200 streams of 1.63 Mbit/s, one pull each: CPU of the node that publishes / for a player of each" "about 1" \
        "$(number "$(ratio pull_cpu.pulled_from_ms_per_stream_s pull_cpu.player_ms_per_stream_s)")" ""
    line "and of the node that pulls, its player included: CPU / for publishing a stream and one player" "" \
        "$(number "$(ratio pull_cpu.puller_ms_per_stream_s pull_cpu.published_and_played_ms_per_stream_s)")" ""
    line "HLS, 1,000 viewers of 1.63 Mbit/s, from memory: CPU per Gbit / nginx with the same segments as files" "<= 1.0" \
        "$(number "$(ratio hls_ours.$cpu hls_nginx.$cpu)")" ""
    line "memory per HLS viewer of 10,000, without his connections, kB" "<= 1" \
        "$(number "$(jq -n "$(median hls_memory.bytes_per_viewer) / 1000")" 1)" ""
    line "200 streams of 200 kbit/s segmented and written to the disk: CPU, % of a core" "<= 15" \
        "$(number "$(median hls200.cpu_percent)" 1)" ""
    line "the same without HLS" "" "$(number "$(median plain200.cpu_percent)" 1)" ""
    line "5,000 viewers whose requests wait for a part: from the first answer to the last, p50 ms" "<= 20" \
        "$(number "$(median hls_reloads.release_p50_ms)" 1)" ""
    line "and a bare loop of recv() and send() to as many sockets, p50 ms" "" \
        "$(number "$(median floor_reloads.release_p50_ms)" 1)" ""
    line "low-latency HLS, encoder to what a browser shows, a clock in the picture: median, s" "<= 2.0" \
        "$(number "$(jq -n "$(median hls_glass.p50_ms) / 1000")")" ""
    line "and its p95, s" "<= 3.0" "$(number "$(jq -n "$(median hls_glass.p95_ms) / 1000")")" ""
}

write_page() {
    local page=trunk/doc/benchmarks.md
    {
        cat <<EOT
# Benchmarks

Made by \`tools/bench\`, which reproduces this page in one command, with $rounds round(s): each server in turn, all on one
machine with the clients. Medians; a ratio compares two measurements of the same round. The floor is a bare loop of
\`send()\` on the same bytes at the same cadence to the same number of loopback sockets (\`stream-load floor\`). CPU is
user and system time from /proc, bytes are counted by the clients, memory is the proportional set size.

$(print_table)

Measured on $(date -u +%Y-%m-%d): $(nproc) cores ($(awk -F ': ' '/^model name/ && !found { print $2; found = 1 }' /proc/cpuinfo)),
Linux $(uname -r | cut -d- -f1), $(build/bin/hookcast --version), nginx $(nginx -v 2>&1 | sed 's/.*\///') with
libnginx-mod-rtmp $(dpkg-query -W -f '${Version}' libnginx-mod-rtmp), Redis $(redis-server --version | sed 's/.*v=\([^ ]*\).*/\1/'). On a shared machine only the
ratios mean something.

The raw values of each round:

| measurement | $(seq -s ' | ' "$rounds") |
|---|$(printf -- '---|%.0s' $(seq "$rounds"))
$(jq -rs 'group_by(.name)[] | "| \(.[0].name) | \([.[].value | tostring | .[0:7]] | join(" | ")) |"' "$results")
EOT
    } >"$page"
    echo "Wrote $page"
}
