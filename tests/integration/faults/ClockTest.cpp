// A wall clock that is set by an hour, forwards and back, under publishers and players: intervals are measured by
// another one, so nobody is closed and nothing stands still.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HlsViewer.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

TEST(SteppedClock, ClosesNobodyAndLosesNoEvent) {
    const TempFolder clocks;
    clocks.write("server", "0");
    const TempFolder spool;
    const FreePort http;
    MockBackend backend;
    HookcastServer server(
        fmt::format("spool {{ path {}; retry 1; }}\nhttp_server {{ enabled on; listen {}; }}\n{}",
                    spool.path().string(), http.number(),
                    defaultVhost("hls { enabled on; hls_fragment 1; hls_window 10; }\n" + hooksTo(backend))),
        {{"LD_PRELOAD", STEPPED_CLOCK_LIBRARY}, {"HOOKCAST_TEST_CLOCK", clocks.file("server")}});
    auto publisher = std::make_unique<FfmpegRun>(std::vector<std::string>{
        "-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    backend.waitForCall("on_publish");
    const auto player = startPlayer(server.port(), "show");
    HlsViewer viewer(http.number(), "/live/show.m3u8");
    viewer.reload();
    for (const char* offset : {"3600", "0", "-3600", "0"}) {
        const std::uint64_t before = viewer.reload().segments.back().sequence;
        clocks.write("server", offset);
        viewer.waitFor([&](const support::HlsPlaylist& list) { return list.segments.back().sequence > before + 1; });
        player->expectMedia(25);
        // Who comes meanwhile is asked about, too.
        startPlayer(server.port(), "show");
    }
    EXPECT_THAT(server.closedLines("[warn]"), testing::IsEmpty());
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 1U) << "the publisher is the one who came";
    publisher.reset();
    player->tcp().close();
    server.stop();
    expectBalance(backend.calls());
    EXPECT_EQ(server.log().count("verdict=later"), 0U);
}

} // namespace
} // namespace hookcast::integration
