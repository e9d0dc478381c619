// A backend that was written for SRS 4 to 8, and is strict about types, hears every event of every protocol.
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/OwnServer.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

class Srs4Backend {
  public:
    Srs4Backend()
        : uwsgi_({{"uwsgi", "--plugins", "http,python3", "--http", fmt::format("127.0.0.1:{}", port_.number()),
                   "--wsgi-file", HOOKCAST_SOURCE_DIR "/tests/integration/hooks/Srs4Backend.py", "--die-on-term"},
                  {},
                  folder_.path().string()}) {
        waitForListener(port_.number());
    }

    /// An http_hooks block whose events all come here.
    std::string hooks(const std::string& more) const {
        const auto url = [this](const char* what) {
            return fmt::format("http://127.0.0.1:{}/api/v1/{}", port_.number(), what);
        };
        return fmt::format("http_hooks {{ enabled on; {} on_connect {}; on_close {}; on_publish {}; on_unpublish {}; "
                           "on_play {}; on_stop {}; on_dvr {}; }}\n",
                           more, url("clients"), url("clients"), url("streams"), url("streams"), url("sessions"),
                           url("sessions"), url("dvrs"));
    }

    /// All that it has heard, as soon as `text` is in it.
    std::string waitFor(const std::string& text) const { return waitForContent(folder_.file("calls"), text); }

  private:
    FreePort port_;
    TempFolder folder_;
    ChildProcess uwsgi_;
};

class Srs4Clients : public testing::TestWithParam<std::tuple<Protocol, Role>> {};

TEST_P(Srs4Clients, AreToldOfWithoutAnError) {
    const auto [protocol, role] = GetParam();
    const Srs4Backend backend;
    ProtocolServer server(backend.hooks("dialect srs4;"));
    RtspPublisher source(server.server().rtspPort(), "live/source");
    source.send(true, 0);
    source.sync();
    const bool publishes = role == Role::Publish;
    const std::string name = publishes ? "new" : "source";
    const auto witness = startPlayer(server.server().port(), name);
    backend.waitFor("ok on_play");
    const auto client = makeClient(server, protocol, {role, "live/" + name + "?token=a%20b"});
    client->connect();
    client->ask();
    client->expectAdmission();
    if (!publishes) source.send(true, 40);
    client->passMedia();
    witness->expectMedia(1);
    client->leave();
    backend.waitFor(publishes ? "ok on_unpublish" : "ok on_stop");
    server.server().stop();
    const std::string calls = backend.waitFor("ok on_close");
    EXPECT_THAT(calls, HasSubstr("ok on_connect"));
    EXPECT_THAT(calls, HasSubstr("ok on_publish"));
    EXPECT_THAT(calls, Not(HasSubstr("error")));
}

INSTANTIATE_TEST_SUITE_P(Hooks, Srs4Clients, testing::ValuesIn(allClients()), [](const auto& test) {
    std::ostringstream name;
    name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
    return name.str();
});

TEST(Srs4Recordings, AndTakeoversAreToldOfWithoutAnError) {
    const TempFolder folder;
    const Srs4Backend backend;
    const HookcastServer server(
        defaultVhost(fmt::format("publish {{ takeover on; }} dvr {{ enabled on; dvr_path {}; }} {}",
                                 folder.file("[stream].[timestamp].flv"), backend.hooks("dialect srs4;"))));
    const auto old = startPublisher(server.port(), "show");
    old->send(avcKeyframe(0));
    old->send(avcInterFrame(40, 100, 2));
    old->sync();
    const auto next = startPublisher(server.port(), "show");
    old->expectClosed();
    EXPECT_THAT(backend.waitFor("ok on_dvr"), Not(HasSubstr("error")));
}

/// What the test's backend is for.
TEST(Srs4Recordings, TheOtherDialectIsAnError) {
    const Srs4Backend backend;
    HookcastServer server(defaultVhost(backend.hooks("")));
    RtmpClient client(server.port());
    client.shakeHands();
    EXPECT_EQ(client.connect(requestFor(server.port(), "live")).code, "NetConnection.Connect.Rejected");
    EXPECT_THAT(backend.waitFor("error"), HasSubstr("error on_connect: cannot unmarshal 1 into client_id"));
    EXPECT_THAT(server.waitForLog("wants 'dialect srs4;'"), HasSubstr("answers status 500"));
}

} // namespace
} // namespace hookcast::integration
