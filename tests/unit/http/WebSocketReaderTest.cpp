#include "http/WebSocketReader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookcast::http {
namespace {

constexpr std::size_t kMessageBytes = 300;
constexpr std::string_view kMask = "\x11\x22\x33\x44";

/// A frame as a client sends it. `first` is its first byte: FIN, reserved bits and opcode.
std::string frame(unsigned first, std::string_view payload) {
    std::string text(1, static_cast<char>(first));
    if (payload.size() < 126) {
        text += static_cast<char>(0x80U | payload.size());
    } else {
        text += static_cast<char>(0x80U | 126U);
        text += static_cast<char>(payload.size() >> 8U);
        text += static_cast<char>(payload.size());
    }
    text += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) text += static_cast<char>(payload[i] ^ kMask[i % 4]);
    return text;
}

/// All that comes out, as `ping(payload)` and `close(payload)`; an error as `!code: message`.
std::string read(std::string_view text, std::size_t pieceBytes = 1000000) {
    WebSocketReader reader(kMessageBytes);
    std::string story;
    while (!text.empty()) {
        base::ByteSpan piece = base::asBytes(text.substr(0, pieceBytes));
        text.remove_prefix(piece.size());
        for (;;) {
            auto next = reader.next(piece);
            if (!next)
                return story + "!" + std::to_string(static_cast<unsigned>(reader.closeCode())) + ": " +
                       next.error().message;
            if (!next.value()) break;
            const bool isPing = next.value()->kind == WebSocketReader::Event::Kind::Ping;
            story += (isPing ? "ping(" : "close(") + std::string(base::asText(next.value()->payload)) + ")";
        }
        EXPECT_TRUE(piece.empty());
    }
    return story;
}

TEST(WebSocketReaderTest, GivesPingsAndClosesHoweverTheyAreSplit) {
    const std::string text = frame(0x89, "are you there") + frame(0x89, "") + frame(0x8A, "pong") +
                             frame(0x82, std::string(200, 'x')) +
                             frame(0x88, "\x03\xE8"
                                         "bye");
    for (std::size_t pieceBytes = 1; pieceBytes <= text.size(); ++pieceBytes)
        EXPECT_EQ(read(text, pieceBytes), "ping(are you there)ping()close(\x03\xE8"
                                          "bye)");
}

TEST(WebSocketReaderTest, PassesOverMessagesAndTheirFragments) {
    EXPECT_EQ(read(frame(0x81, "text") + frame(0x01, "one ") + frame(0x89, "between") + frame(0x00, "two") +
                   frame(0x80, "three") + frame(0x82, "binary") + frame(0x89, "after")),
              "ping(between)ping(after)");
}

TEST(WebSocketReaderTest, EndsAClientThatBreaksTheProtocol) {
    EXPECT_EQ(read(std::string("\x82\x01x", 3)), "!1002: a frame without mask");
    EXPECT_EQ(read(frame(0xC2, "x")), "!1002: a frame of an unknown kind");
    EXPECT_EQ(read(frame(0x83, "x")), "!1002: a frame of an unknown kind");
    EXPECT_EQ(read(frame(0x8B, "x")), "!1002: a frame of an unknown kind");
    EXPECT_EQ(read(frame(0x80, "x")), "!1002: a fragment out of place");
    EXPECT_EQ(read(frame(0x01, "x") + frame(0x81, "y")), "!1002: a fragment out of place");
    EXPECT_EQ(read(frame(0x09, "x")), "!1002: a control frame that is too long or in fragments");
    EXPECT_EQ(read(frame(0x89, std::string(126, 'x'))), "!1002: a control frame that is too long or in fragments");
    EXPECT_EQ(read(frame(0x88, "x")), "!1002: a broken close frame");
}

TEST(WebSocketReaderTest, BoundsAMessageWithAllItsFragments) {
    EXPECT_EQ(read(frame(0x82, std::string(300, 'x')) + frame(0x89, "")), "ping()");
    EXPECT_EQ(read(frame(0x82, std::string(301, 'x'))), "!1009: a message longer than websocket_message");
    EXPECT_EQ(read(frame(0x02, std::string(200, 'x')) + frame(0x00, std::string(100, 'x')) + frame(0x80, "x")),
              "!1009: a message longer than websocket_message");
    EXPECT_EQ(read(frame(0x02, std::string(200, 'x')) + frame(0x80, std::string(100, 'x')) +
                   frame(0x82, std::string(300, 'x')) + frame(0x89, "")),
              "ping()");
    EXPECT_EQ(read(std::string("\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                               "mask",
                               14)),
              "!1009: a message longer than websocket_message");
}

} // namespace
} // namespace hookcast::http
