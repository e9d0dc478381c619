#include "support/TlsRelay.h"

#include "support/Loopback.h"
#include "support/OpenSsl.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

Owned<SSL_CTX> contextTrusting(const std::string& authorityPem) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    trust(*context, authorityPem);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    return context;
}

/// The client's side of TLS over `server`, whose handshake may have failed.
struct ClientSide {
    ClientSide(const TlsRelay::Terms& terms, const Descriptor& server)
        : context(contextTrusting(terms.authorityPem)), session(SSL_new(context.get())) {
        if (!terms.preface.empty()) ::send(server.get(), terms.preface.data(), terms.preface.size(), MSG_NOSIGNAL);
        SSL_set_fd(session.get(), server.get());
        SSL_set_tlsext_host_name(session.get(), terms.host.c_str());
        SSL_set1_host(session.get(), terms.host.c_str());
        // What is no byte of the server's, such as a ticket, is read without waiting for one that is.
        SSL_clear_mode(session.get(), SSL_MODE_AUTO_RETRY);
        hasShakenHands = SSL_connect(session.get()) == 1;
    }

    Owned<SSL_CTX> context;
    Owned<SSL> session;
    bool hasShakenHands = false;
};

/// False: the client has left.
bool pass(SSL& server, int client) {
    std::array<char, 16384> buffer{};
    do {
        const int size = SSL_read(&server, buffer.data(), static_cast<int>(buffer.size()));
        if (size <= 0 && SSL_get_error(&server, size) == SSL_ERROR_WANT_READ) return true;
        if (size <= 0 || ::send(client, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) != size)
            return false;
    } while (SSL_pending(&server) > 0);
    return true;
}

bool pass(int client, SSL& server) {
    std::array<char, 16384> buffer{};
    const ssize_t size = ::recv(client, buffer.data(), buffer.size(), 0);
    return size > 0 && SSL_write(&server, buffer.data(), static_cast<int>(size)) == size;
}

} // namespace

TlsRelay::TlsRelay(std::uint16_t serverPort, Terms terms)
    : terms_(std::move(terms)), relay_(SOCK_STREAM, serverPort, [this](const Relay& relay) { run(relay); }) {}

TlsRelay::~TlsRelay() = default;

void TlsRelay::run(const Relay& relay) {
    while (!relay.isEnding()) {
        pollfd clients{relay.clients().get(), POLLIN, 0};
        if (!Relay::happens({&clients, 1})) continue;
        auto client = std::make_shared<Descriptor>(::accept4(relay.clients().get(), nullptr, nullptr, SOCK_CLOEXEC));
        auto server = std::make_shared<Descriptor>(relay.toServer());
        if (!client->valid() || !server->valid()) continue;
        connections_.emplace_back([this, &relay, client, server] { carry(relay, *client, *server); });
    }
    for (std::thread& connection : connections_) connection.join();
}

void TlsRelay::carry(const Relay& relay, const Descriptor& client, const Descriptor& server) const {
    const ClientSide side(terms_, server);
    bool goesOn = side.hasShakenHands;
    while (goesOn && !relay.isEnding()) {
        std::array<pollfd, 2> ends = {pollfd{client.get(), POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
        if (!Relay::happens(ends)) continue;
        if (ends[0].revents != 0) goesOn = pass(client.get(), *side.session);
        if (goesOn && ends[1].revents != 0) goesOn = pass(*side.session, client.get());
    }
    ::shutdown(client.get(), SHUT_RDWR);
}

bool shakesHands(std::uint16_t serverPort, const TlsRelay::Terms& terms) {
    const Descriptor server = connectedSocket(SOCK_STREAM, serverPort);
    if (!server.valid()) throw std::runtime_error("nobody listens there");
    return ClientSide(terms, server).hasShakenHands;
}

} // namespace hookcast::integration
