# Sourced by tools/bench: RTMP through TLS beside the same in the clear. What it may cost is the plain figure and what
# openssl speed says of the cipher that is spoken, for the same bytes.

our_rtmps_port=11940
our_rtmps_url=rtmps://127.0.0.1:$our_rtmps_port/live/stream

# Seconds of processor time for 10^9 bits of AES-256-GCM in records of 16 KiB.
cipher_s_per_gbit() {
    openssl speed -mr -seconds 3 -bytes 16384 -evp aes-256-gcm 2>/dev/null |
        awk -F: '/^\+F:/ { printf "%.5f", 125e6 / $NF }'
}

row_tls() {
    local cipher
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
    start_ours "play { mw_latency 350; }"
    fan_out plain350 "$our_url" "$work/stream.flv" 1000
    start_ours "play { mw_latency 350; }" \
        "rtmps { enabled on; listen $our_rtmps_port; cert $work/tls.crt; key $work/tls.key; }"
    fan_out rtmps350 "$our_url" "$work/stream.flv" 1000 "$our_rtmps_url"
    cipher=$(cipher_s_per_gbit)
    record cipher.cpu_s_per_gbit "$cipher"
    record rtmps350.cpu_of_plain_and_cipher "$(jq -rs --argjson cipher "$cipher" '
        map(select(.name == "plain350.cpu_s_per_gbit"))[-1].value as $plain |
        map(select(.name == "rtmps350.cpu_s_per_gbit"))[-1].value / ($plain + $cipher)' "$results")"
}
