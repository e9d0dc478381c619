#include "base/TimeText.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::base {
namespace {

std::int64_t read(const std::string& text) {
    const auto time = parseTime(text);
    return time ? time.value() : -1;
}

TEST(TimeText, UnixSecondsAreRead) {
    EXPECT_EQ(read("0"), 0);
    EXPECT_EQ(read("1700000000"), 1'700'000'000'000);
    EXPECT_EQ(read("1700000000.5"), 1'700'000'000'500);
    EXPECT_EQ(read("1700000000.0019"), 1'700'000'000'001);
    EXPECT_EQ(read("253402300799"), 253'402'300'799'000);
}

TEST(TimeText, DatesOfIso8601AreRead) {
    EXPECT_EQ(read("2023-11-14T22:13:20Z"), 1'700'000'000'000);
    EXPECT_EQ(read("2023-11-14t22:13:20.25z"), 1'700'000'000'250);
    EXPECT_EQ(read("2023-11-14 22:13:20Z"), 1'700'000'000'000);
    EXPECT_EQ(read("2023-11-14T23:13:20+01:00"), 1'700'000'000'000);
    EXPECT_EQ(read("2023-11-14T23:13:20 01:00"), 1'700'000'000'000) << "a plus that was decoded";
    EXPECT_EQ(read("2023-11-14T17:13:20.001-0500"), 1'700'000'000'001);
    EXPECT_EQ(read("2024-02-29T00:00:00Z"), 1'709'164'800'000);
}

TEST(TimeText, EverythingElseIsAnError) {
    for (const char* text : {"",
                             "x",
                             "1700000000x",
                             "-1",
                             "+1",
                             "1e9",
                             " 1",
                             "1 ",
                             ".5",
                             "1.",
                             "1.2.3",
                             "253402300800",
                             "9999999999999",
                             "99999999999999999999",
                             "2023-11-14",
                             "2023-11-14T22:13Z",
                             "2023-11-14T22:13:20",
                             "2023-13-14T22:13:20Z",
                             "2023-02-29T00:00:00Z",
                             "2023-04-31T23:59:59Z",
                             "2023-11-14T24:13:20Z",
                             "2023-11-14T22:60:20Z",
                             "2023-11-14T22:13:61Z",
                             "2023-11-14T22:13:20+24:00",
                             "2023-11-14T22:13:20.Z",
                             "2023-11-14T22:13:20Zx",
                             "1969-12-31T23:59:59Z",
                             "1970-01-01T00:00:00+01:00",
                             "2023-11-14T22:13:20+0",
                             "0x10",
                             "nan",
                             "NaN-",
                             "1\n"})
        EXPECT_EQ(read(text), -1) << text;
    EXPECT_EQ(read(std::string("1700000000\0", 11)), -1);
}

TEST(TimeText, WhatIsWrittenIsReadAgain) {
    for (const std::int64_t unixMs : {0LL, 1LL, 1'700'000'000'123LL, 253'402'300'799'999LL})
        EXPECT_EQ(read(timeText(unixMs)), unixMs) << timeText(unixMs);
}

} // namespace
} // namespace hookcast::base
