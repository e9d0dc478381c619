#pragma once

#include "config/Config.h"

#include <span>
#include <vector>

namespace hookcast::config {

// Where the servers of TCP listen, and through TLS or not; nowhere while they are off. The servers are made of these
// lists, and the checks look at them: what is here is bound, and the certificate of what speaks TLS is read.

std::vector<ListenAddress> rtmpSockets(const Config& config);
std::vector<ListenAddress> rtspSockets(const Config& config);
std::vector<ListenAddress> httpSockets(const Config& config);
std::vector<ListenAddress> apiSockets(const Config& config); ///< without those that it shares with http_server

bool speakTls(std::span<const ListenAddress> sockets);

/// Whether anybody can see the certificate that `vhost` has of its own: someone speaks TLS, and clients can name it.
bool showsCertificate(const Config& config, const VhostConfig& vhost);

/// The certificates that somebody can see, with their keys: what is read at the start and at each reload.
std::vector<CertificateFiles> shownCertificates(const Config& config);

} // namespace hookcast::config
