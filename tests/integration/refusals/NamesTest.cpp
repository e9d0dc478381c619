// Names that look like others, or break lines, are refused without asking anybody.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Names, WithWhatNobodySeesAreRefusedWithoutAsking) {
    MockBackend backend;
    const HookcastServer server("srs_log_level info;\n" + defaultVhost(hooksTo(backend))); // which holds no line back
    std::size_t clients = 0;
    for (const std::string command : {"publish", "play"}) {
        std::size_t refused = 0;
        for (const std::string name : {"a\u0085b", "a\u2028b", "a\u202Eb", "a\u200Bb", "\uFEFFab"}) {
            auto client = connectClient(server.port());
            client->createStream();
            client->sendCommand(command, client->nextTransaction(), {rtmp::Amf::null(), rtmp::Amf::string(name)}, 1);
            EXPECT_THAT(server.waitForLog("refused: event=on_" + command, ++refused),
                        AllOf(HasSubstr("cause=name"), HasSubstr(" character in the name")));
            ++clients;
        }
    }
    backend.waitForCall("on_close", clients);
    EXPECT_THAT(withAction(backend.calls(), "on_publish"), IsEmpty());
    EXPECT_THAT(withAction(backend.calls(), "on_play"), IsEmpty());
}

} // namespace
} // namespace hookcast::integration
