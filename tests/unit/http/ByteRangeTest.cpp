#include "http/ByteRange.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace hookcast::http {
namespace {

constexpr std::uint64_t kFile = 1000;

/// `first+size` of a part, `whole`, or `none`.
std::string read(const std::string& field, std::uint64_t fileBytes = kFile) {
    const ByteRange range = readRange(field, fileBytes);
    if (range.isUnsatisfiable) return "none";
    if (!range.isPart) {
        EXPECT_EQ(range.first, 0U);
        EXPECT_EQ(range.sizeBytes, fileBytes);
        return "whole";
    }
    return std::to_string(range.first) + "+" + std::to_string(range.sizeBytes);
}

TEST(ByteRange, IsAPartOfTheFile) {
    EXPECT_EQ(read("bytes=0-0"), "0+1");
    EXPECT_EQ(read("bytes=0-499"), "0+500");
    EXPECT_EQ(read("bytes=500-"), "500+500");
    EXPECT_EQ(read("bytes=-1"), "999+1");
    EXPECT_EQ(read("bytes=999-999"), "999+1");
}

TEST(ByteRange, EndsWhereTheFileDoes) {
    EXPECT_EQ(read("bytes=900-5000"), "900+100");
    EXPECT_EQ(read("bytes=-5000"), "0+1000");
    EXPECT_EQ(read("bytes=0-18446744073709551615"), "0+1000");
}

TEST(ByteRange, MayBeOfNothingThatIsThere) {
    EXPECT_EQ(read("bytes=1000-"), "none");
    EXPECT_EQ(read("bytes=1000-1001"), "none");
    EXPECT_EQ(read("bytes=-0"), "none");
    EXPECT_EQ(read("bytes=0-", 0), "none");
    EXPECT_EQ(read("bytes=-1", 0), "none");
}

TEST(ByteRange, WhatCannotBeReadIsTheWholeFile) {
    for (const char* field : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-b", "bytes=b-1", "bytes=5-4",
                              "bytes=0-1,5-6", "items=0-1", "bytes=+1-2", "bytes= 1-2", "bytes=0x1-2", "Bytes=0-1",
                              "bytes=18446744073709551616-", "bytes=--1", "bytes=1--2"})
        EXPECT_EQ(read(field), "whole") << field;
}

} // namespace
} // namespace hookcast::http
