#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kPlayers = 200;
constexpr std::size_t kBytesPerPlayer = 300'000;

// 1.6 Mbit/s with a keyframe every two seconds.
constexpr unsigned kPicturesPerGroup = 50;
constexpr std::size_t kPictureBytes = 8000;
constexpr std::int64_t kPictureMs = 40;

class Source {
  public:
    explicit Source(const HookcastServer& server) : rtsp_(server.rtspPort()) {}

    void send(unsigned pictures) {
        for (unsigned i = 0; i < pictures; ++i, ++sent_)
            rtsp_.send(sent_ % kPicturesPerGroup == 0, sent_ * kPictureMs, kPictureBytes, sent_);
        rtsp_.sync();
    }

  private:
    RtspPublisher rtsp_;
    unsigned sent_ = 0;
};

/// Each begins with a group of pictures, which SRT's buffers would have to keep the room for.
TEST(SrtMemory, OfAPlayerFollowsRateAndLatency) {
    const SrtPort port;
    const HookcastServer server(port.server() + defaultVhost("srt { enabled on; } publish { normal_timeout 600000; }"));
    Source source(server);
    source.send(kPicturesPerGroup - 1);
    const auto join = [&port] {
        auto player = std::make_unique<SrtClient>(port.number(), "#!::r=live/show,m=request");
        EXPECT_TRUE(player->connected());
        return player;
    };
    std::vector<std::unique_ptr<SrtClient>> players;
    players.push_back(join());
    players.back()->receive((kPicturesPerGroup - 5) * kPictureBytes);
    const std::size_t before = server.residentBytes();
    while (players.size() <= kPlayers) players.push_back(join());
    for (std::size_t i = 1; i < players.size(); ++i) players[i]->receive((kPicturesPerGroup - 5) * kPictureBytes);
    // The stream goes on, at no more than its speed: a picture is here when its latency has passed.
    for (int i = 0; i < 10; ++i) {
        source.send(1);
        players.front()->receive(kPictureBytes / 2);
    }
    const std::size_t now = server.residentBytes();
    const std::size_t perPlayer = (now > before ? now - before : 0) / kPlayers;
    RecordProperty("bytesPerPlayer", static_cast<int>(perPlayer));
    EXPECT_LT(perPlayer, memoryAllowance(kBytesPerPlayer));
}

} // namespace
} // namespace hookcast::integration
