# Sourced by tools/soak: samples, the backend's record, what has to hold at the end, and a drawing.

heard=0 # the order of the newest call that is in the record

# metric NAME: the sum of its series in the page that is in $page.
metric() {
    awk -v name="hookcast_$1" '{ split($1, part, "{"); if (part[1] == name) sum += $2 } END { print sum + 0 }' <<<"$page"
}

descriptors() {
    find "/proc/$server/fd" -mindepth 1 2>/dev/null | wc -l
}

# Connections to the backend that libcurl keeps for the next call; whether they have ended it only looks then.
kept_to_backend() {
    ss -tnpH "dport = :$soak_backend" | grep -c "pid=$server," || true
}

# What they are, without the numbers of sockets, and how many of each.
kinds_of_descriptors() {
    find "/proc/$server/fd" -mindepth 1 -printf '%l\n' 2>/dev/null | sed 's/:\[[0-9]*\]$//' | sort | uniq -c
}

# Appends a line to the samples, and what the backend has been asked since to the record.
sample() {
    page=$(curl -s --max-time 10 "http://127.0.0.1:$soak_api/metrics" || true)
    printf '%s,%s,%s,%s,%s,%s,%s,%s\n' "$((SECONDS - began))" \
        "$(awk '/^VmRSS:/ { print $2 }' "/proc/$server/status")" "$(descriptors)" "$(metric connections)" \
        "$(metric streams)" "$(metric clients)" "$(metric hook_jobs_open)" "$(metric hook_in_flight)" >>"$out/samples.csv"
    hear
}

hear() {
    local calls next
    while true; do
        calls=$(curl -s --max-time 20 "http://127.0.0.1:$soak_backend/control/calls?after=$heard&limit=5000")
        jq -r '.calls[].body | "\(.event_id) \(.action) \(.client_id)"' <<<"$calls" >>"$out/record.txt"
        next=$(jq .next <<<"$calls")
        ((next > heard)) || return 0
        heard=$next
        (($(jq '.last' <<<"$calls") > next)) || return 0
    done
}

# Of all cores, in hundredths of a second: busy or not, and not busy.
ticks_of_machine() {
    awk '/^cpu / { for (i = 2; i <= 9; i++) all += $i; print all, $5 + $6 }' /proc/stat
}

# Of those children of this script that have ended.
ended_ticks() {
    awk '{ sub(/.*\) /, ""); print $14 + $15 }' "/proc/$$/stat"
}

# Publishers and players are what ends here.
end_crowds_counted() {
    local before
    server_ticks=$(($(cpu_ticks "$server") - first_server_ticks))
    read -r machine_ticks idle_ticks < <(ticks_of_machine)
    before=$(ended_ticks)
    end_crowds
    crowd_ticks=$(($(ended_ticks) - before))
}

take_first_sample() {
    began=$SECONDS
    first_server_ticks=$(cpu_ticks "$server")
    read -r first_machine_ticks first_idle_ticks < <(ticks_of_machine)
    echo "seconds,rss_kb,descriptors,connections,streams,clients,hook_events,hook_calls" >"$out/samples.csv"
    sample
    first_descriptors=$(descriptors)
    kinds_of_descriptors >"$work/first"
}

watch_for() {
    local until=$((SECONDS + $1)) told=$SECONDS status=0
    while ((SECONDS < until)); do
        if ! kill -0 "$server" 2>/dev/null; then
            wait "$server" || status=$?
            echo "The server has ended, exit status $status" >&2
            return 1
        fi
        sample
        if ((SECONDS - told >= 60)); then
            tail -1 "$out/samples.csv"
            told=$SECONDS
        fi
        sleep 3
    done
    loaded_until=$((SECONDS - began))
}

wait_until_all_have_left() {
    local tries=60
    while sample; (($(metric connections) + $(metric clients) + $(metric streams) + $(metric hook_jobs_open) > 0)); do
        ((tries-- > 0)) || break
        sleep 2
    done
    lost=$(metric closings_lost_total)
    left=$(descriptors) kept=$(kept_to_backend)
    kinds_of_descriptors >"$work/last"
}

stop_soaked_server() {
    server_exit=0
    kill "$server"
    wait "$server" || server_exit=$?
}

check_memory() {
    awk -F, -v until="$loaded_until" '
        NR == 1 { next }
        { since = until < 600 ? until / 2 : 300 }
        $1 < since || $1 > until { next }
        { n++; x[n] = $1; y[n] = $2; sx += $1; sy += $2 }
        END {
            if (n < 10) { print "memory: too few samples"; exit 1 }
            mx = sx / n; my = sy / n
            for (i = 1; i <= n; i++) { sxy += (x[i] - mx) * (y[i] - my); sxx += (x[i] - mx) ^ 2 }
            slope = sxy / sxx
            for (i = 1; i <= n; i++) around += (y[i] - my - slope * (x[i] - mx)) ^ 2
            deviation = sqrt(around / n); rise = slope * (x[n] - x[1])
            allowed = 3 * deviation > 0.02 * my ? 3 * deviation : 0.02 * my
            if (until < 600) { name = "memory (of less than 10 minutes not judged)"; short = 1 } else name = "memory"
            printf "%s: %d samples from %d s to %d s, mean %.0f kB, slope %+.1f kB a minute, rise %+.0f kB, allowed %.0f kB (standard deviation %.0f kB)\n",
                name, n, x[1], x[n], my, slope * 60, rise, allowed, deviation
            exit !short && rise > allowed
        }' "$out/samples.csv"
}

# Each event once, and for each client.
check_books() {
    sort -u "$out/record.txt" | awk '
        BEGIN { split("connect close publish unpublish play stop", names); of["close"] = "connect"; of["unpublish"] = "publish"; of["stop"] = "play" }
        { name = substr($2, 4); count[name]++; if (name in of) balance[$3, of[name]]--; else balance[$3, name]++ }
        END {
            for (i = 1; i <= 6; i++) printf "%s%d %s", (i == 1 ? "books: " : ", "), count[names[i]], names[i]
            for (one in balance) if (balance[one] != 0) wrong++
            printf "; %d clients out of balance\n", wrong
            exit wrong > 0 || count["connect"] == 0 || count["publish"] == 0 || count["play"] == 0
        }'
}

check_descriptors() {
    echo "descriptors: $first_descriptors at first, $left when all had left, of which $kept are kept to the backend"
    ((left - kept > first_descriptors)) || return 0
    diff "$work/first" "$work/last" || true
    return 1
}

check_queues() {
    local last
    last=$(tail -1 "$out/samples.csv")
    echo "queues: at the end $last; closings lost $lost; exit status of the server $server_exit"
    [[ ${last#*,*,*,} == 0,0,0,0,0 ]] && ((lost == 0 && server_exit == 0))
}

# Told, not judged: it is this machine's.
tell_processor() {
    awk -v cores="$(nproc)" -v all="$((machine_ticks - first_machine_ticks))" -v idle="$((idle_ticks - first_idle_ticks))" \
        -v server="$server_ticks" -v crowd="$crowd_ticks" 'BEGIN {
            printf "processor: of %d cores the server took %.2f, publishers and players %.2f, all else %.2f; %.2f were idle%s\n", cores,
                cores * server / all, cores * crowd / all, cores * (all - idle - server - crowd) / all, cores * idle / all,
                idle < 0.05 * all ? ": too little for so many" : ""
        }'
}

check_sanitizer() {
    local reports
    reports=$(compgen -G "$out/sanitizer*" | wc -l || true)
    echo "sanitizer: $reports reports"
    ((reports == 0))
}

check_all() {
    local name said
    echo "$publishers publishers, $players players, $minutes minutes, $(nproc) cores, $folder"
    for name in memory descriptors books queues sanitizer; do
        [[ $name != sanitizer || $folder != build ]] || continue
        if said=$(check_$name); then echo "ok    $said"; else echo "FAILS $said"; fi
    done
    echo "      $(tell_processor)"
}

# Resident memory and descriptors over time, as SVG.
draw() {
    awk -F, '
        NR == 1 { next }
        { n++; t[n] = $1; a[n] = $2 / 1024; b[n] = $3; c[n] = $6
          if (a[n] > most_a) most_a = a[n]; if (b[n] > most_b) most_b = b[n]; if (c[n] > most_c) most_c = c[n] }
        function line(values, most, color, i) {
            printf "<polyline fill=\"none\" stroke=\"%s\" points=\"", color
            for (i = 1; i <= n; i++) printf "%.1f,%.1f ", 60 + 720 * t[i] / t[n], 360 - 320 * values[i] / (most > 0 ? most : 1)
            print "\"/>"
        }
        END {
            print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"420\" font-family=\"sans-serif\" font-size=\"13\">"
            print "<rect width=\"800\" height=\"420\" fill=\"white\"/>"
            print "<path d=\"M60 40V360H780\" fill=\"none\" stroke=\"black\"/>"
            line(c, most_c, "#999999"); line(b, most_b, "#cc7722"); line(a, most_a, "#0055aa")
            printf "<text x=\"60\" y=\"20\"><tspan fill=\"#0055aa\">memory, to %.0f MB</tspan>  <tspan fill=\"#cc7722\">descriptors, to %d</tspan>  <tspan fill=\"#777777\">publishers and players, to %d</tspan></text>\n", most_a, most_b, most_c
            for (i = 0; i <= 4; i++) printf "<text x=\"%d\" y=\"380\" text-anchor=\"middle\">%.1f min</text>\n", 60 + 180 * i, t[n] * i / 240
            print "</svg>"
        }' "$out/samples.csv"
}
