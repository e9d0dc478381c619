#include "support/HookcastServer.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/TcpClient.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

/// The time to be let in ends with being let in, on every protocol.
class AdmissionTime : public testing::TestWithParam<std::tuple<Protocol, Role>> {
  protected:
    std::string name() const { return std::get<1>(GetParam()) == Role::Publish ? "new" : "source"; }

    ProtocolServer server_{"", "srs_log_level info;\nlimits { admission_timeout 1000; }\n"};
};

TEST_P(AdmissionTime, EndsWithTheAdmission) {
    RtspPublisher source(server_.server().rtspPort(), "live/source");
    source.send(true, 0);
    source.sync();
    const auto client = makeClient(server_, std::get<0>(GetParam()), {std::get<1>(GetParam()), "live/" + name()});
    client->connect();
    client->ask();
    client->expectAdmission();
    // Two who came later and want nothing have had their time: so has this one.
    for (int later = 0; later < 2; ++later) TcpClient(server_.server().port()).drainUntilClosed();
    source.send(true, 40);
    client->passMedia();
    client->leave();
    server_.server().stop();
    // A client may not notice that it is closed; the server does.
    EXPECT_EQ(server_.server().log().count("closed: neither publishes nor plays within admission_timeout"), 2U);
}

INSTANTIATE_TEST_SUITE_P(Clients, AdmissionTime, testing::ValuesIn(allClients()), [](const auto& test) {
    return nameOf(std::get<0>(test.param)) + (std::get<1>(test.param) == Role::Publish ? "Publishes" : "Plays");
});

} // namespace
} // namespace hookcast::integration
