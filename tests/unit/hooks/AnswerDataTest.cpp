#include "hooks/AnswerData.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AnswerDataReading read(const std::string& data) {
    return readAnswerData(R"({"code":0,"data":)" + data + "}");
}

TEST(AnswerData, IsRead) {
    const AnswerDataReading reading = read(R"({"stream":"show","max_duration":60.5,"max_kbps":2500,"dvr":false})");
    EXPECT_EQ(reading.data.stream, "show");
    EXPECT_EQ(reading.data.maxDurationMs, 60'500);
    EXPECT_EQ(reading.data.maxBitsPerS, 2'500'000);
    EXPECT_EQ(reading.data.dvr, false);
    EXPECT_THAT(reading.passedOver, IsEmpty());
    EXPECT_EQ(reading.data.text(), "stream=show max_duration=60.5 max_kbps=2500 dvr=false");
    EXPECT_TRUE(read(R"({"dvr":true})").data.dvr.value());
}

TEST(AnswerData, WhateverElseStandsAroundItIsNotLookedAt) {
    const AnswerDataReading reading = readAnswerData(
        "\xEF\xBB\xBF {\"msg\":\"x\",\"data\":{\"ttl\":60,\"stream\":\"show\",\"more\":[1]},\"code\":0}\n");
    EXPECT_EQ(reading.data.stream, "show");
    EXPECT_THAT(reading.passedOver, IsEmpty());
}

struct NoData {
    std::string what;
    std::string body;
};

void PrintTo(const NoData& answer, std::ostream* out) { // NOLINT(readability-identifier-naming): GoogleTest's name
    *out << answer.what;
}

class AnswerWithoutData : public testing::TestWithParam<NoData> {};

TEST_P(AnswerWithoutData, SaysNothing) {
    const AnswerDataReading reading = readAnswerData(GetParam().body);
    EXPECT_TRUE(reading.data.isEmpty());
    EXPECT_THAT(reading.passedOver, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, AnswerWithoutData,
                         testing::Values(NoData{"Zero", "0"}, NoData{"Empty", ""}, NoData{"NoObject", "[{}]"},
                                         NoData{"NoData", R"({"code":0})"}, NoData{"Null", R"({"code":0,"data":null})"},
                                         NoData{"EmptyData", R"({"code":0,"data":{}})"},
                                         NoData{"Unknown", R"({"code":0,"data":{"streams":"a","Stream":"b"}})"},
                                         NoData{"Nulls", R"({"data":{"stream":null,"max_duration":null,)"
                                                         R"("max_kbps":null,"dvr":null}})"},
                                         NoData{"BrokenJson", R"({"code":0,"data":{"stream":"show")"},
                                         NoData{"NotANumber", R"({"data":{"max_kbps":NaN}})"},
                                         NoData{"BeyondDoubles", R"({"code":0,"data":{"max_kbps":1e400}})"},
                                         NoData{"TooDeep", R"({"data":)" + std::string(100, '[') + "]}"},
                                         NoData{"OnlyOutside", R"({"stream":"show","dvr":true})"}));

struct BadMember {
    std::string name;
    std::string value;
};

void PrintTo(const BadMember& member, std::ostream* out) { // NOLINT(readability-identifier-naming): GoogleTest's name
    *out << member.name << " " << member.value.substr(0, 40);
}

class AnswerDataMember : public testing::TestWithParam<BadMember> {};

/// The others count all the same.
TEST_P(AnswerDataMember, IsPassedOverWhereItCannotBeSo) {
    const auto& [name, value] = GetParam();
    const std::string good = name == "dvr" ? R"("max_kbps":7)" : R"("dvr":true)";
    const AnswerDataReading reading = read("{\"" + name + "\":" + value + "," + good + "}");
    ASSERT_EQ(reading.passedOver.size(), 1U);
    EXPECT_THAT(reading.passedOver.front(), HasSubstr(name));
    EXPECT_EQ(reading.data.text(), name == "dvr" ? "max_kbps=7" : "dvr=true");
}

std::vector<BadMember> badMembers() {
    std::vector<BadMember> all;
    for (const char* limit : {"max_duration", "max_kbps"})
        for (const char* value : {"0", "-1", "0.0", "-0.5", "1e10", "1000000001", "18446744073709551616",
                                  "18446744073709551617", "9223372036854775808", "true", "\"60\"", "[60]", "{}"})
            all.push_back({limit, value});
    for (const char* value : {"\"true\"", "1", "0", "[]", "{}"}) all.push_back({"dvr", value});
    for (const char* value : {"\"\"",
                              "7",
                              "true",
                              "[\"a\"]",
                              "{}",
                              "\"a/b\"",
                              "\"/a\"",
                              "\"a/\"",
                              "\".\"",
                              "\"..\"",
                              "\"../a\"",
                              "\"a?b=c\"",
                              "\"a\\u0000b\"",
                              "\"a\\nb\"",
                              "\"a\nb\"",
                              "\"a\\u007fb\"",
                              "\"a\\u0085b\"",
                              "\"a\xC2\x85"
                              "b\"",
                              "\"a\\u2028\"",
                              "\"a\\u200b\"",
                              "\"\\ufeffa\"",
                              "\"\\ud83d\"",
                              "\"d\xE9j\xE0\"",
                              "\"\xC0\xAE\xC0\xAE\""})
        all.push_back({"stream", value});
    all.push_back({"stream", "\"" + std::string(1025, 'a') + "\""});
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, AnswerDataMember, testing::ValuesIn(badMembers()));

TEST(AnswerData, DataThatIsNoObjectIsPassedOver) {
    for (const char* data : {"7", "\"show\"", "true", "[{\"stream\":\"show\"}]"}) {
        const AnswerDataReading reading = read(data);
        EXPECT_TRUE(reading.data.isEmpty()) << data;
        EXPECT_THAT(reading.passedOver, ElementsAre("data is no object")) << data;
    }
}

TEST(AnswerData, NamesAreAsClientsHaveThem) {
    for (const std::string name : {"show", "a b", "mp4:film.mp4", "caf\xC3\xA9", "_definst_", "..a", "a#b%2f"})
        EXPECT_EQ(read("{\"stream\":\"" + name + "\"}").data.stream, name);
    EXPECT_EQ(read(R"({"stream":"\u0063am\ud83d\ude00"})").data.stream, "cam\xF0\x9F\x98\x80");
    EXPECT_EQ(read("{\"stream\":\"" + std::string(1024, 'a') + "\"}").data.stream.size(), 1024U);
}

TEST(AnswerData, TheSmallestLimitIsOne) {
    const AnswerData data = read(R"({"max_duration":1e-9,"max_kbps":1e-9})").data;
    EXPECT_EQ(data.maxDurationMs, 1);
    EXPECT_EQ(data.maxBitsPerS, 1);
    EXPECT_EQ(read(R"({"max_duration":1e9})").data.maxDurationMs, 1'000'000'000'000);
}

TEST(AnswerData, OfSeveralTheLastNameCountsAndTheSmallestLimit) {
    AnswerData data;
    data.add(read(R"({"stream":"one","max_duration":60,"dvr":true})").data);
    data.add(read(R"({"max_duration":90,"max_kbps":100})").data);
    EXPECT_EQ(data.text(), "stream=one max_duration=60 max_kbps=100 dvr=true");
    data.add(read(R"({"stream":"two","max_duration":30,"max_kbps":200,"dvr":false})").data);
    EXPECT_EQ(data.text(), "stream=two max_duration=30 max_kbps=100 dvr=false");
    data.add({});
    EXPECT_EQ(data.text(), "stream=two max_duration=30 max_kbps=100 dvr=false");
}

TEST(AnswerData, NotAllOfItIsForEveryOpening) {
    const AnswerData data = read(R"({"stream":"one","max_duration":60})").data;
    EXPECT_EQ(data.forUse(DataUse::All), data);
    EXPECT_EQ(data.forUse(DataUse::KeepsName).text(), "max_duration=60");
    EXPECT_TRUE(data.forUse(DataUse::None).isEmpty());
}

} // namespace
} // namespace hookcast::hooks
