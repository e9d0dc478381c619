#include "rtsp/RtspReader.h"

#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

namespace hookcast::rtsp {
namespace {

using support::hex;
using support::join;
using support::pattern;
using support::textBytes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Frame {
    std::uint8_t channel;
    base::Bytes payload;

    bool operator==(const Frame&) const = default;
};

using Item = std::variant<RtspRequest, RtspResponse, Frame>;

struct Outcome {
    std::vector<Item> items;
    std::string error; ///< empty when none
    int errorStatus = 0;

    bool operator==(const Outcome&) const = default;
};

Item copied(RtspItem item) {
    if (auto* request = std::get_if<RtspRequest>(&item)) return std::move(*request);
    if (auto* response = std::get_if<RtspResponse>(&item)) return std::move(*response);
    const auto& frame = std::get<InterleavedFrame>(item);
    return Frame{frame.channel, {frame.payload.begin(), frame.payload.end()}};
}

Outcome read(base::ByteSpan bytes, std::size_t pieceBytes, const RtspReader::Limits& limits = {}) {
    Outcome outcome;
    RtspReader reader(limits);
    while (!bytes.empty()) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        while (true) {
            auto result = reader.next(piece);
            if (!result.ok()) {
                outcome.error = result.error().message;
                outcome.errorStatus = reader.errorStatus();
                return outcome;
            }
            if (!result.value()) break;
            outcome.items.push_back(copied(std::move(*result.value())));
        }
        EXPECT_TRUE(piece.empty());
    }
    return outcome;
}

Outcome readText(std::string_view text, const RtspReader::Limits& limits = {}) {
    return read(base::asBytes(text), text.size(), limits);
}

std::string errorOfText(std::string_view text) {
    return readText(text).error;
}

TEST(RtspReader, ReadsARequest) {
    const Outcome outcome = readText("DESCRIBE rtsp://host:8554/live/cam?token=a%20b&c RTSP/1.0\r\n"
                                     "CSeq: 312\r\n"
                                     "accept:application/sdp\r\n"
                                     "\r\n");
    ASSERT_THAT(outcome.items, SizeIs(1));
    const auto& request = std::get<RtspRequest>(outcome.items[0]);
    EXPECT_EQ(request.method, "DESCRIBE");
    EXPECT_EQ(request.url, "rtsp://host:8554/live/cam?token=a%20b&c");
    EXPECT_EQ(request.cseq(), 312U);
    EXPECT_EQ(request.headers.get("Accept"), "application/sdp");
    EXPECT_THAT(request.body, IsEmpty());
}

TEST(RtspReader, ReadsABody) {
    const Outcome outcome = readText("ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-length: 5\r\n\r\nv=0\r\n"
                                     "OPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n");
    ASSERT_THAT(outcome.items, SizeIs(2));
    EXPECT_EQ(std::get<RtspRequest>(outcome.items[0]).body, textBytes("v=0\r\n"));
    EXPECT_EQ(std::get<RtspRequest>(outcome.items[1]).method, "OPTIONS");
}

TEST(RtspReader, ReadsAResponse) {
    const Outcome outcome = readText("RTSP/1.0 404 Stream Not Found\r\nCSeq: 3\r\nContent-Length: 2\r\n\r\nno");
    ASSERT_THAT(outcome.items, SizeIs(1));
    const auto& response = std::get<RtspResponse>(outcome.items[0]);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.reason, "Stream Not Found");
    EXPECT_EQ(response.body, textBytes("no"));
    EXPECT_EQ(std::get<RtspResponse>(readText("RTSP/1.0 200\r\n\r\n").items.at(0)).reason, "");
}

TEST(RtspReader, ReadsInterleavedFrames) {
    const base::Bytes bytes = join(
        {hex("24 00 0003 010203 24 FF 0000"), textBytes("OPTIONS * RTSP/1.0\n\n"), hex("24 01 FFFF"), pattern(65535)});
    EXPECT_THAT(read(bytes, bytes.size()).items, ElementsAre(Item(Frame{0, hex("010203")}), Item(Frame{255, {}}),
                                                             testing::_, Item(Frame{1, pattern(65535)})));
}

TEST(RtspReader, DoesNotCopyAFrameThatIsWhole) {
    const base::Bytes bytes = hex("24 00 0003 010203");
    base::ByteSpan input(bytes);
    RtspReader reader({});
    const auto item = reader.next(input);
    EXPECT_EQ(std::get<InterleavedFrame>(*item.value()).payload.data(), bytes.data() + 4);
}

TEST(RtspReader, HowTheInputIsSplitDoesNotMatter) {
    const base::Bytes bytes = join(
        {textBytes("\r\n\nANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n Folded\r\nContent-Length: 7\r\n\r\n$ body\n"),
         hex("24 02 0005 4F5054494F"), textBytes("OPTIONS * RTSP/1.0\nCSeq: 2\n\r\n"),
         textBytes("RTSP/1.0 200 OK\r\n\r\n"), hex("24 02 0000"), hex("24 03 0001 24"), textBytes("broken\r\n\r\n")});
    const Outcome whole = read(bytes, bytes.size());
    EXPECT_THAT(whole.items, SizeIs(6));
    EXPECT_EQ(whole.error, "a message begins with \"broken\"");
    for (std::size_t pieceBytes = 1; pieceBytes < bytes.size(); ++pieceBytes) {
        EXPECT_EQ(read(bytes, pieceBytes), whole) << pieceBytes;
    }
}

TEST(RtspReader, FoldedLinesAreJoined) {
    const Outcome outcome = readText("SETUP rtsp://h/a RTSP/1.0\r\nTransport: RTP/AVP,\r\n\t RTP/AVP/TCP\r\n\r\n");
    EXPECT_EQ(std::get<RtspRequest>(outcome.items.at(0)).headers.get("Transport"), "RTP/AVP, RTP/AVP/TCP");
}

TEST(RtspReader, AHeaderHasALimit) {
    const std::string first = "OPTIONS * RTSP/1.0\r\nX: ";
    const std::string end = "\r\n\r\n";
    const std::string fits = first + std::string(16 * 1024 - first.size() - end.size(), 'x') + end;
    EXPECT_THAT(readText(fits).items, SizeIs(1));
    const std::string over = first + std::string(16 * 1024 - first.size() - end.size() + 1, 'x') + end;
    const Outcome refused = readText(over);
    EXPECT_EQ(refused.error, "a header of more than 16384 bytes");
    EXPECT_EQ(refused.errorStatus, 413);
    EXPECT_EQ(read(base::asBytes(over), 1), refused);
    const std::string manyLines = "OPTIONS * RTSP/1.0\r\n" + std::string(20000, '\n');
    EXPECT_THAT(readText(manyLines).items, SizeIs(1)); // empty lines end a header, and are skipped behind it
}

TEST(RtspReader, AContentLengthOverTheLimitIsRefusedAtTheHeader) {
    const std::string head = "ANNOUNCE rtsp://h/a RTSP/1.0\r\nContent-Length: ";
    for (const char* length : {"1099511627776", "65537", "99999999999999999999999999999999"}) {
        const Outcome outcome = readText(head + length + "\r\n\r\n");
        EXPECT_EQ(outcome.error, std::string("a body of ") + length + " bytes; the limit is 65536");
        EXPECT_EQ(outcome.errorStatus, 413);
    }
    EXPECT_EQ(readText(head + "65536\r\n\r\n").error, "");
}

TEST(RtspReader, AContentLengthThatIsNoNumberIsRefused) {
    const std::string head = "ANNOUNCE rtsp://h/a RTSP/1.0\r\nContent-Length: ";
    for (const char* length : {"-1", "+1", "1 2", "0x10", "1,1", ""}) {
        EXPECT_EQ(readText(head + length + "\r\n\r\n").error, std::string("Content-Length \"") + length + "\"");
    }
    EXPECT_EQ(readText(head + "1\r\nContent-Length: 2\r\n\r\n").error, "two different Content-Length headers");
    EXPECT_THAT(readText(head + "1\r\ncontent-length: 1\r\n\r\nx").items, SizeIs(1));
}

TEST(RtspReader, RefusesWhatIsNoMessage) {
    EXPECT_EQ(read(hex("160301"), 3).error, "byte 0x16 begins no message");
    EXPECT_EQ(errorOfText("GET / HTTP/1.1\r\n\r\n"), "a message begins with \"GET / HTTP/1.1\"");
    EXPECT_EQ(errorOfText("OPTIONS * RTSP/1.0 x\r\n\r\n"), "a message begins with \"OPTIONS * RTSP/1.0 x\"");
    EXPECT_EQ(errorOfText("OPTIONS RTSP/1.0\r\n\r\n"), "a message begins with \"OPTIONS RTSP/1.0\"");
    EXPECT_EQ(errorOfText("OPTIONS  RTSP/1.0\r\n\r\n"), "a message begins with \"OPTIONS  RTSP/1.0\"");
    EXPECT_EQ(errorOfText("RTSP/1.0 abc\r\n\r\n"), "status \"abc\"");
    EXPECT_EQ(errorOfText("OPTIONS * RTSP/1.0\r\nno colon\r\n\r\n"), "a header line without a name: \"no colon\"");
    EXPECT_EQ(errorOfText("OPTIONS * RTSP/1.0\r\n: x\r\n\r\n"), "a header line without a name: \": x\"");
    EXPECT_EQ(errorOfText("OPTIONS * RTSP/1.0\r\n folded\r\n\r\n"), "a header line without a name: \" folded\"");
    EXPECT_EQ(errorOfText("OPTIONS * RTSP/1.0\r\nA: b\rc\r\n\r\n"), "a control character in a header");
    EXPECT_EQ(errorOfText(std::string("OPTIONS * RTSP/1.0\r\nA: \0\r\n\r\n", 28)), "a control character in a header");
}

TEST(RtspReader, OtherVersionsAreNotSpoken) {
    const Outcome outcome = readText("PLAY rtsp://h/a RTSP/2.0\r\n\r\n");
    EXPECT_EQ(outcome.error, "version \"RTSP/2.0\"");
    EXPECT_EQ(outcome.errorStatus, 505);
}

TEST(RtspMessage, HeadersAreFoundWithoutRegardToCase) {
    RtspHeaders headers;
    headers.add("CSeq", "1");
    headers.add("Session", "a");
    headers.add("session", "b");
    EXPECT_EQ(headers.get("cseq"), "1");
    EXPECT_EQ(headers.get("SESSION"), "a");
    EXPECT_EQ(headers.find("Range"), nullptr);
    EXPECT_EQ(headers.get("Range"), "");
    headers.set("SESSION", "c");
    EXPECT_THAT(headers.fields(), ElementsAre(RtspHeaders::Field("CSeq", "1"), RtspHeaders::Field("SESSION", "c")));
}

TEST(RtspMessage, ACseqIsANumber) {
    const auto cseq = [](std::string value) {
        RtspRequest request;
        request.headers.add("CSeq", std::move(value));
        return request.cseq();
    };
    EXPECT_EQ(cseq("0"), 0U);
    EXPECT_EQ(cseq("4294967295"), 4294967295U);
    EXPECT_EQ(cseq("4294967296"), std::nullopt);
    EXPECT_EQ(cseq("-1"), std::nullopt);
    EXPECT_EQ(cseq("1x"), std::nullopt);
    EXPECT_EQ(RtspRequest().cseq(), std::nullopt);
}

TEST(RtspMessage, WritesAResponse) {
    RtspResponse response;
    response.headers.add("CSeq", "7");
    EXPECT_EQ(serialize(response), textBytes("RTSP/1.0 200 OK\r\nCSeq: 7\r\n\r\n"));
    response.status = 454;
    response.body = textBytes("body");
    EXPECT_EQ(serialize(response),
              textBytes("RTSP/1.0 454 Session Not Found\r\nCSeq: 7\r\nContent-Length: 4\r\n\r\nbody"));
    response.reason = "Because";
    response.body.clear();
    EXPECT_EQ(serialize(response), textBytes("RTSP/1.0 454 Because\r\nCSeq: 7\r\n\r\n"));
    EXPECT_EQ(reasonPhrase(299), "Unknown");
}

TEST(RtspMessage, WhatIsWrittenIsReadBack) {
    RtspRequest request{"SET_PARAMETER", "rtsp://h/a", {}, pattern(1000)};
    request.headers.add("CSeq", "9");
    base::Bytes bytes = serialize(request);
    request.headers.add("Content-Length", "1000");
    RtspResponse response{302, "Elsewhere", {}, {}};
    response.headers.add("Location", "rtsp://other/");
    bytes = join({bytes, serialize(response)});
    EXPECT_THAT(read(bytes, bytes.size()).items, ElementsAre(Item(request), Item(response)));
}

} // namespace
} // namespace hookcast::rtsp
