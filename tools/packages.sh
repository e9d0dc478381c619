# Sourced by tools/run and tools/test: installs those of the named Debian packages that are missing.

# SRT with GnuTLS: libavformat is linked with that one, and two flavours of libsrt in one program share their symbols.
build_packages=(g++ cmake ninja-build ccache pkg-config libpoco-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev libfmt-dev
    zlib1g-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libsrt-gnutls-dev libsrtp2-dev libnghttp2-dev
    ca-certificates mold)

install_missing() {
    local missing=() package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == *"ok installed"* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local as_root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "These Debian packages are missing, and installing them needs root: ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# A Node.js from elsewhere brings its own npm, beside which Debian's cannot be installed.
install_npm() {
    command -v npm >/dev/null || install_missing nodejs npm
}
