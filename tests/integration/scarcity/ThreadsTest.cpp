// A machine that has no thread left while the configuration changes.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kCapture = "capture cam { source rtmp://127.0.0.1:1/live/x; reconnect_limit 0; }\n";
constexpr const char* kIngest = "ingest x { enabled on; input { type file; url x.flv; } ffmpeg /bin/false;\n"
                                "  engine { enabled on; vcodec libx264; output rtmp://127.0.0.1:[port]/live/y; } }\n";

class NoThreadsLeft : public testing::Test {
  protected:
    void refuse(bool on) const {
        if (on)
            folder_.write("refuse", "");
        else
            std::filesystem::remove(folder_.file("refuse"));
    }

    TempFolder folder_;
    HookcastServer server_{
        defaultVhost(),
        {{"LD_PRELOAD", REFUSED_THREADS_LIBRARY}, {"HOOKCAST_TEST_NO_THREADS", folder_.file("refuse")}}};
};

TEST_F(NoThreadsLeft, ACaptureTriesAgainAndTheServerEnds) {
    refuse(true);
    // That attempts go on failing is no news, and said at the info level.
    EXPECT_THAT(server_.reload("srs_log_level info;\n" + defaultVhost(kCapture)), HasSubstr("] reloaded"));
    server_.waitForLog("the source cannot be read: Resource temporarily unavailable");
    refuse(false);
    server_.waitForLog("the source cannot be opened");
    refuse(true);
    server_.stop();
}

TEST_F(NoThreadsLeft, AReloadThatNeedsOneChangesNothing) {
    refuse(true);
    EXPECT_THAT(server_.reload(vhost("new.com", kIngest)),
                HasSubstr("] not reloaded: Resource temporarily unavailable"));
    EXPECT_EQ(server_.log().count("][config]"), 1U) << "one line";
    connectClient(server_.port());
    refuse(false);
    EXPECT_THAT(server_.reload(vhost("new.com")), HasSubstr("] reloaded"));
    server_.stop();
}

} // namespace
} // namespace hookcast::integration
