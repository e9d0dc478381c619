// Texts that name an address, a network, a port, or bytes in other letters: what is read is written as it is read
// again.
#include "base/Base64.h"
#include "base/IpAddress.h"
#include "base/IpNetwork.h"
#include "base/PercentEncoding.h"
#include "base/Secrets.h"
#include "config/Addresses.h"
#include "config/HostPort.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

void checkAddresses(std::string_view text) {
    if (const auto address = base::IpAddress::parse(text)) {
        check(base::IpAddress::parse(address->text()) == address);
        check(address->site().site() == address->site());
        check(base::IpNetwork::parse("all").value().contains(*address));
        const auto alone = base::IpNetwork::parse(address->text());
        check(alone && alone.value().contains(*address));
    }
    if (const auto network = base::IpNetwork::parse(text)) {
        const auto again = base::IpNetwork::parse(network.value().text());
        check(again && again.value() == network.value());
    }
    if (const auto listen = config::parseListenAddress(text)) {
        const auto again = config::parseListenAddress(config::listenText(listen.value()));
        check(again && again.value().host == listen.value().host && again.value().port == listen.value().port);
        check(!config::socketsFor({listen.value()}).empty());
    }
    if (const auto place = config::readHostPort(text, 1935)) {
        const auto again = config::readHostPort(place.value().text(), 1);
        check(again && again.value().host == place.value().host && again.value().port == place.value().port);
    }
    // Where clients are let in, no more may pass for a URL than elsewhere.
    if (config::checkAdmissionUrl(text)) check(config::checkHookUrl(text).ok());
}

void checkLetters(std::string_view text) {
    const auto decoded = base::percentDecoded(text);
    if (decoded) check(decoded.value().size() <= text.size());
    const auto back = base::percentDecoded(base::percentEncoded(text));
    check(back && back.value() == text);
    const auto path = base::percentDecoded(base::percentEncodedPath(text));
    check(path && path.value() == text);
    if (const auto bytes = base::fromBase64(text)) check(base::fromBase64(base::toBase64(*bytes)) == bytes);
    const std::string masked = base::maskSecrets(text);
    check(base::maskSecrets(masked) == masked);
    base::maskSecretWords(text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    checkAddresses(text);
    checkLetters(text);
    return 0;
}
