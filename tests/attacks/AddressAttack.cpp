// An IPv4 client is an IPv4 client, whatever socket it comes in by: else rules and limits by address would not know it.
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace hookcast::attacks {
namespace {

using namespace integration;
using testing::HasSubstr;

bool takesIpv6(std::uint16_t port) {
    try {
        const Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("::1", port));
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

std::string bothOn(std::uint16_t port) {
    return fmt::format("{0} [::]:{0}", port);
}

std::string ipv6On(std::uint16_t port) {
    return fmt::format("[::]:{}", port);
}

void reloadWith(const OwnServer& server, std::string_view before, std::string_view after) {
    std::ifstream file(server.folder().file("its.conf"));
    std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string old = fmt::format("listen {};", before);
    text.replace(text.find(old), old.size(), fmt::format("listen {};", after));
    server.folder().write("its.conf", text);
    const std::size_t from = server.process().output().count();
    server.process().signal(SIGHUP);
    const auto line = server.process().output().waitFor("reload", 1, from);
    ASSERT_TRUE(line.has_value());
    EXPECT_THAT(*line, HasSubstr("reloaded"));
}

TEST(AddressAttack, AnIpv4ClientOfAnIpv6ListenerHasItsIpv4Address) {
    MockBackend backend;
    const FreePort port;
    const OwnServer server({{"listen", ipv6On(port.number())}}, defaultVhost(hooksTo(backend)));
    waitForListener(port.number());
    connectClient(port.number());
    EXPECT_EQ(backend.waitForCall("on_connect").text("ip"), "127.0.0.1");
    EXPECT_TRUE(takesIpv6(port.number()));
}

TEST(AddressAttack, RulesForIpv4AddressesHoldOnAnIpv6Listener) {
    const FreePort port;
    const OwnServer server({{"listen", ipv6On(port.number())}},
                           defaultVhost("security { enabled on; deny publish 127.0.0.0/8; deny play 127.0.0.0/8; }"));
    waitForListener(port.number());
    RtmpClient client(port.number());
    client.shakeHands();
    EXPECT_EQ(client.connect(requestFor(port.number(), "live")).level, "error");
}

TEST(AddressAttack, BothFamiliesMayBeNamedForOnePort) {
    const FreePort port;
    const OwnServer server({{"listen", bothOn(port.number())}});
    ASSERT_TRUE(server.process().output().waitFor(" serves, pid ")) << "one family is listened on before the other";
    EXPECT_TRUE(takesIpv6(port.number()));
    const auto client = connectClient(port.number());
    reloadWith(server, bothOn(port.number()), ipv6On(port.number()));
    client->ping();
    EXPECT_NO_THROW(connectClient(port.number())) << "it means both";
    reloadWith(server, ipv6On(port.number()), bothOn(port.number()));
    EXPECT_NO_THROW(connectClient(port.number()));
    EXPECT_TRUE(takesIpv6(port.number()));
    client->ping();
}

} // namespace
} // namespace hookcast::attacks
