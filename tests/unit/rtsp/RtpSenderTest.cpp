#include "rtsp/RtpSender.h"

#include "rtp/FrameCursor.h"
#include "rtp/OwnSource.h"
#include "rtp/Rtcp.h"
#include "rtp/TrackEncoder.h"
#include "srtp/Protection.h"
#include "unit/rtsp/StillPort.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::rtsp {
namespace {

using base::Bytes;
using testing::SizeIs;

constexpr std::uint32_t kOurs = 0x01020304;
constexpr std::uint32_t kClients = 0x05060708;
constexpr std::uint8_t kRtcp = 1; ///< the channel of the first track's reports

/// A player over TCP, with SRTP whose two directions have one key, as they may have.
class RtpSenderTest : public testing::Test, public RtpSender::Owner {
  public:
    ~RtpSenderTest() override {
        runner_.run([this] { sender_.reset(); });
    }

    void onMediaBegins(const RtpSender::Beginnings& /*beginnings*/) override {}
    void onRoom() override {}
    void onPlayerStalled(const std::string& /*reason*/) override {}
    void onPublisherLeft() override {}
    void onSignOfLife() override { ++signsOfLife_; }
    void onForgedReport() override { ++complaints_; }

  protected:
    RtpSenderTest() {
        runner_.run([this] {
            sender_.emplace(runner_.loop(), port_, *this);
            sender_->setUpTcp(0, srtp::Protection::make({}, {}).take());
        });
    }

    /// What the client gets of a track that begins: one report each time.
    void sendReport(std::uint32_t number) {
        rtp::SenderReport report{};
        report.ssrc = kOurs;
        report.packets = number;
        Bytes frame;
        rtp::appendInterleaved(kRtcp, rtp::writeSenderReport(report, rtp::kCname), frame);
        const iovec range{frame.data(), frame.size()};
        runner_.run([&] { EXPECT_EQ(sender_->write({&range, 1}), frame.size()); });
    }

    /// The packets that the client has got by now.
    std::vector<Bytes> sent() {
        std::vector<Bytes> packets;
        const iovec range{port_.taken.data(), port_.taken.size()};
        rtp::FrameCursor cursor({&range, 1});
        for (auto frame = cursor.next(); frame; frame = cursor.next()) {
            const auto* const packet = static_cast<const std::uint8_t*>(frame->pieces[0].iov_base);
            packets.emplace_back(packet, packet + frame->pieces[0].iov_len);
        }
        return packets;
    }

    void receive(const Bytes& packet) {
        runner_.run([&] { sender_->onInterleaved(kRtcp, packet); });
    }

    /// A report of the client's, protected with this key.
    static Bytes clientsReport(const srtp::Keying& keying) {
        Bytes report = rtp::writeReceiverReport({kClients, {}}, "player");
        const auto cipher = srtp::Outbound::make(keying).take();
        const iovec piece{report.data(), report.size()};
        const base::ByteSpan packet = cipher->rtcp({&piece, 1});
        return {packet.begin(), packet.end()};
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    StillPort port_;
    std::optional<RtpSender> sender_; ///< loop only
    int signsOfLife_ = 0;
    int complaints_ = 0;
};

TEST_F(RtpSenderTest, AReportOfTheClientIsASignOfLife) {
    sendReport(1);
    receive(clientsReport({}));
    EXPECT_EQ(signsOfLife_, 1);
    srtp::Keying other;
    other.key.bytes[0] = 1;
    receive(clientsReport(other));
    EXPECT_EQ(signsOfLife_, 1);
    EXPECT_EQ(complaints_, 1) << "of another key";
}

/// They are authentic where both sides have one key, and anybody on the way could send them back.
TEST_F(RtpSenderTest, OurOwnReportsThatComeBackAreNone) {
    sendReport(1);
    sendReport(2);
    runner_.run([this] { sender_->sayGoodbye(); });
    const std::vector<Bytes> ours = sent();
    ASSERT_THAT(ours, SizeIs(3));
    const auto opener = srtp::Inbound::make({}).take();
    for (const Bytes& packet : ours) {
        EXPECT_TRUE(opener->rtcp(packet)) << "it would be taken for the client's";
        receive(packet);
    }
    EXPECT_EQ(signsOfLife_, 0);
    EXPECT_EQ(complaints_, 0);
    receive(clientsReport({}));
    EXPECT_EQ(signsOfLife_, 1) << "the client still makes them";
}

} // namespace
} // namespace hookcast::rtsp
