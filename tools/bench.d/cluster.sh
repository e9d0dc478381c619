# Sourced by tools/bench: three nodes that share captures and streams by a Redis. The cameras do not answer, as whose they
# are does not depend on that; only in the row of a takeover one does.

redis_port=11379
first_node_port=11941

start_redis() {
    launch redis-server --port $redis_port --bind 127.0.0.1 --save "" --appendonly no --dir "$work"
    wait_for_port $redis_port
}

redis() {
    redis-cli -p $redis_port "$@"
}

# Arguments: a node's number, what stands in the default vhost. Its process id is in $pid.
start_node() {
    cat >"$work/node$1.conf" <<EOT
listen $((first_node_port + $1)); daemon off; srs_log_tank file; srs_log_file $work/node$1.log; pid $work/node$1.pid;
max_connections 10000;
cluster_redis {
    enabled on; url redis://127.0.0.1:$redis_port; node n$1;
    cluster_secret between-nodes-of-a-bench; address 127.0.0.1:$((first_node_port + $1));
}
vhost __defaultVhost__ { $2 }
EOT
    : >"$work/node$1.log"
    launch build/bin/hookcast -c "$work/node$1.conf"
    wait_for_port $((first_node_port + $1))
}

# Arguments: how many captures, what stands in each.
silent_captures() {
    local i
    for ((i = 0; i < $1; i++)); do
        echo "capture cam$i { source rtmp://127.0.0.1:9/live/cam; $2 }"
    done
}

# How many captures each node has, a line each: the number, the node.
shares() {
    redis --raw HGETALL '{hookcast}:fields' | awk '/^capture\// { getline; if ($1 != "-") print $1 }' | sort | uniq -c
}

# Waits until so many captures belong to any node but the one that the second argument names.
wait_for_shares() {
    local tries=6000
    until (($(shares | awk -v but="${2:-}" '$2 != but { n += $1 } END { print n + 0 }') >= $1)); do
        ((tries-- > 0)) || { echo "the captures are not taken" >&2; return 1; }
        sleep 0.02
    done
}

# A node's streams; a %d is the number of each.
node_url() {
    echo "rtmp://127.0.0.1:$((first_node_port + $1))/live/$2"
}

# Waits until so many streams' names are in Redis.
wait_for_names() {
    local tries=600
    until (($(redis --raw HKEYS '{hookcast}:fields' | grep -c '^stream/') >= $1)); do
        ((tries-- > 0)) || { echo "the streams have no names in Redis" >&2; return 1; }
        sleep 0.05
    done
}

# Of INFO: all commands, those inside of scripts too; and the scripts that nodes have sent.
all_commands() {
    redis INFO stats | awk -F '[:\r]' '$1 == "total_commands_processed" { print $2 }'
}
sent_scripts() {
    redis INFO commandstats | awk -F '[:=,]' '$1 == "cmdstat_evalsha" { print $3 }'
}

row_cluster_at_rest() {
    local captures node commands scripts fields
    captures=$(silent_captures 1000 "")
    start_redis
    for node in 1 2 3; do start_node $node "$captures"; done
    wait_for_shares 1000
    start_publisher "$(node_url 1 a%d)" "$work/tiny.flv" 334
    for node in 2 3; do start_publisher "$(node_url $node "${node}b%d")" "$work/tiny.flv" 333; done
    wait_for_names 1000
    sleep 5
    commands=$(all_commands) scripts=$(sent_scripts)
    sleep "$((seconds * 2))"
    # Of the commands two are those that ask here.
    commands=$(($(all_commands) - commands - 2)) scripts=$(($(sent_scripts) - scripts))
    fields=$(redis HLEN '{hookcast}:fields')
    stop_all
    record cluster.fields "$fields"
    record cluster.commands_per_s_and_node "$(awk -v n="$commands" -v s="$((seconds * 2 * 3))" 'BEGIN { print n / s }')"
    record cluster.scripts_per_s_and_node "$(awk -v n="$scripts" -v s="$((seconds * 2 * 3))" 'BEGIN { print n / s }')"
}

now_ms() {
    date +%s%3N
}

# Node 1 has 500 captures, one of them of a camera that answers, and is killed. The lease is the default, 10 s.
row_cluster_takeover() {
    local captures node killed_at first_at last_at picture_at dead
    start_ours ""
    start_publisher "$our_url" "$work/small.flv"
    wait_for_stream "$our_url"
    captures="$(silent_captures 499 "home n1;") capture real { source $our_url; home n1; }"
    start_redis
    start_node 1 "$captures"
    dead=$pid
    for node in 2 3; do start_node $node "$captures"; done
    wait_for_shares 500
    until grep -q 'publishes .*/live/real-primary' "$work/node1.log"; do sleep 0.05; done
    killed_at=$(now_ms)
    kill -9 "$dead"
    wait "$dead" 2>/dev/null || true
    wait_for_shares 1 n1
    first_at=$(now_ms)
    wait_for_shares 500 n1
    last_at=$(now_ms)
    until grep -q 'publishes .*/live/real-primary' "$work/node2.log" "$work/node3.log"; do sleep 0.02; done
    picture_at=$(now_ms)
    record cluster.takeover_s "$(jq -n "($picture_at - $killed_at) / 1000")"
    record cluster.spread_s "$(jq -n "($last_at - $first_at) / 1000")"
    record cluster.spread_percent "$(shares | awk '{ d = ($1 - 250) / 2.5; if (d < 0) d = -d; if (d > most) most = d } END { print most + 0 }')"
    stop_all
}

# Streams on node 1, and a second node. Their process ids are in $origin and $puller.
start_pull_pair() {
    start_redis
    start_node 1 ""
    origin=$pid
    start_node 2 ""
    puller=$pid
    start_publisher "$(node_url 1 s%d)" "$1" "$2"
    wait_for_names "$2"
    # The second node asks once a second, and each stream is to have a keyframe.
    sleep 5
}

# Players that come one after another, each to a stream of its own: where it is published, then on the other node, which
# pulls it for this player.
row_pull_latency() {
    local streams=200 here there
    start_pull_pair "$work/small.flv" $streams
    here=$(play --url "$(node_url 1 s%d)" --clients $streams --ramp 10 --seconds 2)
    there=$(play --url "$(node_url 2 s%d)" --clients $streams --ramp 10 --seconds 2)
    stop_all
    record pull.local_first_keyframe_p50_ms "$(of "$here" .first_keyframe_ms.p50)"
    record pull.local_first_keyframe_p99_ms "$(of "$here" .first_keyframe_ms.p99)"
    record pull.first_keyframe_p50_ms "$(of "$there" .first_keyframe_ms.p50)"
    record pull.first_keyframe_p99_ms "$(of "$there" .first_keyframe_ms.p99)"
    record pull.beyond_local_p99_ms "$(jq -n "$(of "$there" .first_keyframe_ms.p99) - $(of "$here" .first_keyframe_ms.p99)")"
    record pull.latency_bad "$(jq -s "map(.refused + .lost + ($streams - .started)) | add" <<<"$here $there")"
}

# In ns, finer than ticks.
cpu_ns() {
    awk '{ n += $1 } END { print n }' /proc/"$1"/task/*/schedstat
}

# What both nodes use per stream, in ms per second: $origin_ms and $puller_ms.
measure_pair() {
    local before_origin before_puller ns_per_stream_ms=$((seconds * $1 * 1000000))
    before_origin=$(cpu_ns "$origin") before_puller=$(cpu_ns "$puller")
    sleep "$seconds"
    origin_ms=$(jq -n "($(cpu_ns "$origin") - $before_origin) / $ns_per_stream_ms")
    puller_ms=$(jq -n "($(cpu_ns "$puller") - $before_puller) / $ns_per_stream_ms")
}

# The same with a player of each stream on a node; who did not play to the end is in $bad.
measure_played() {
    launch build/bin/stream-load play --json --url "$(node_url "$1" s%d)" --clients "$2" --inspect 0 --seconds 600
    sleep 4
    measure_pair "$2"
    kill "$pid"
    wait "$pid" || true
    bad=$(tail -n 1 "$work/last.log" | jq ".refused + .lost + ($2 - .started)")
}

# Streams that nobody plays, then with a player of each on their own node, then with one on the other node.
row_pull_cpu() {
    local streams=200 origin_ms puller_ms bad idle idle_puller played
    start_pull_pair "$work/stream.flv" $streams
    measure_pair $streams
    idle=$origin_ms idle_puller=$puller_ms
    measure_played 1 $streams
    played=$origin_ms
    record pull_cpu.bad_players "$bad"
    sleep 2
    measure_played 2 $streams
    stop_all
    record pull_cpu.bad_pulls "$bad"
    record pull_cpu.published_ms_per_stream_s "$idle"
    record pull_cpu.published_and_played_ms_per_stream_s "$played"
    record pull_cpu.player_ms_per_stream_s "$(jq -n "$played - $idle")"
    record pull_cpu.pulled_from_ms_per_stream_s "$(jq -n "$origin_ms - $idle")"
    # Of the pull and of its player.
    record pull_cpu.puller_ms_per_stream_s "$(jq -n "$puller_ms - $idle_puller")"
}
