#include "rtsp/HeaderFields.h"

#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::rtsp {
namespace {

using support::errorOf;

TEST(SessionField, IsReadAndWritten) {
    EXPECT_EQ(parseSession("12345678").value(), (SessionField{"12345678", std::nullopt}));
    EXPECT_EQ(parseSession(" a-b.c ; Timeout = 60 ;other").value(), (SessionField{"a-b.c", 60}));
    EXPECT_EQ(writeSession({"abc", 60}), "abc;timeout=60");
    EXPECT_EQ(writeSession({"abc", std::nullopt}), "abc");
    EXPECT_EQ(errorOf(parseSession("")), "Session: no id");
    EXPECT_EQ(errorOf(parseSession(";timeout=1")), "Session: no id");
    EXPECT_EQ(errorOf(parseSession("a;timeout=x")), "Session: timeout is no number");
}

TEST(RequiredOptions, AreThoseOfAllItsFields) {
    RtspHeaders headers;
    EXPECT_EQ(requiredOptions(headers), "");
    headers.add("Require", " , ");
    EXPECT_EQ(requiredOptions(headers), "");
    headers.add("require", "com.example.x,\tonvif-replay ");
    headers.add("Required", "y");
    headers.add("Proxy-Require", "www.onvif.org/ver20/backchannel");
    headers.add("REQUIRE", "last");
    EXPECT_EQ(requiredOptions(headers), "com.example.x, onvif-replay, www.onvif.org/ver20/backchannel, last");
}

TEST(NptRange, IsRead) {
    EXPECT_EQ(parseRange("npt=0.000-").value(), (NptRange{0, std::nullopt}));
    EXPECT_EQ(parseRange("npt=now-").value(), NptRange());
    EXPECT_EQ(parseRange("npt=-").value(), NptRange());
    EXPECT_EQ(parseRange("npt=10-20.5").value(), (NptRange{10, 20.5}));
    EXPECT_EQ(parseRange("npt = 0:01:02.5 - 1:00:00;time=19970123T143720Z").value(), (NptRange{62.5, 3600}));
    EXPECT_EQ(parseRange("npt=-5").value(), (NptRange{std::nullopt, 5}));
}

TEST(NptRange, OtherUnitsAndNonsenseAreErrors) {
    EXPECT_EQ(errorOf(parseRange("clock=19961108T142300Z-")),
              "Range: \"clock=19961108T142300Z-\" is not in normal play time");
    for (const char* range :
         {"", "npt", "npt=5", "npt=x-", "npt=1-x", "npt=1:2:3:4-", "npt=nan-", "npt=inf-", "npt=1e5-", "npt=0x10-"}) {
        EXPECT_FALSE(parseRange(range).ok()) << range;
    }
}

TEST(NptRange, IsWritten) {
    EXPECT_EQ(writeRange({}), "npt=now-");
    EXPECT_EQ(writeRange({0, std::nullopt}), "npt=0.000-");
    EXPECT_EQ(writeRange({1.5, 2}), "npt=1.500-2.000");
}

TEST(RtpInfo, IsWritten) {
    EXPECT_EQ(writeRtpInfo({}), "");
    const std::vector<RtpInfo> streams{{"rtsp://h/a/trackID=0", 45102, 12345678}, {"rtsp://h/a/trackID=1", 1, {}}};
    EXPECT_EQ(writeRtpInfo(streams),
              "url=rtsp://h/a/trackID=0;seq=45102;rtptime=12345678,url=rtsp://h/a/trackID=1;seq=1");
}

} // namespace
} // namespace hookcast::rtsp
