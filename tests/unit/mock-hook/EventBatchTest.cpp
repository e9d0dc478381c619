#include "api-server/EventBatch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::mock {
namespace {

using ::testing::HasSubstr;

std::string event(const std::string& seq = "1", const std::string& more = "") {
    return fmt::format(R"({{"data":{{"at":1706626775,"pid":533277}},"device":"mediaserver","event":"service:up",)"
                       R"("pid":533277,"seq":{},"server":"ms-test-dev1","timestamp":1706626775{}}})",
                       seq, more);
}

std::string refusal(const std::string& body) {
    const auto batch = readEventBatch(body);
    return batch ? "taken" : batch.error().message;
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
    return text.replace(text.rfind(part), part.size(), by);
}

TEST(EventBatchTest, ReadsTheDocumentsEnvelope) {
    const auto batch = readEventBatch("[" + event("1324967661364755") + "," + event("1324967661364756") + "]");
    ASSERT_TRUE(batch) << batch.error().message;
    ASSERT_EQ(batch.value().size(), 2U);
    const BatchedEvent& first = batch.value().front();
    EXPECT_EQ(first.name, "service:up");
    EXPECT_EQ(first.server, "ms-test-dev1");
    EXPECT_EQ(first.pid, 533277);
    EXPECT_EQ(first.seq, 1324967661364755U);
    EXPECT_EQ(first.json, event("1324967661364755"));
}

TEST(EventBatchTest, TakesOneToFiftyEvents) {
    std::string many;
    for (int i = 1; i <= 50; ++i) many += (i > 1 ? "," : "") + event(std::to_string(i));
    EXPECT_EQ(refusal("[" + many + "]"), "taken");
    EXPECT_EQ(refusal("[" + many + "," + event("51") + "]"), "51 events, expected 1 to 50");
    EXPECT_EQ(refusal("[]"), "0 events, expected 1 to 50");
}

TEST(EventBatchTest, TakesNothingElse) {
    EXPECT_THAT(refusal(""), HasSubstr("not JSON"));
    EXPECT_THAT(refusal("[" + event()), HasSubstr("not JSON"));
    EXPECT_EQ(refusal(event()), "expected an array");
    EXPECT_EQ(refusal("[" + event("1") + ",5]"), "event 1: an event must be an object");
}

TEST(EventBatchTest, EveryKeyMustBeThereAndNoOther) {
    for (const char* key : {"data", "device", "event", "pid", "seq", "server", "timestamp"}) {
        const std::string missing = replaced(event(), fmt::format("\"{}\":", key), "\"other\":");
        EXPECT_THAT(refusal("[" + missing + "]"), HasSubstr("event 0: the keys are ")) << key;
    }
    EXPECT_THAT(refusal("[" + event("1", R"(,"more":1)") + "]"), HasSubstr("the keys are "));
    EXPECT_EQ(refusal("[" + event("1", R"(,"at":1706626775)") + "]").substr(0, 22), "event 0: the keys are ");
}

TEST(EventBatchTest, AnEventMayHaveAnIdOfItsOwn) {
    EXPECT_EQ(refusal("[" + event("1", R"(,"event_id":"vm-1")") + "]"), "taken");
    EXPECT_THAT(refusal("[" + event("1", R"(,"event_id":5)") + "]"), HasSubstr("event_id must be a string"));
    EXPECT_THAT(refusal("[" + event("1", R"(,"event_id":"")") + "]"), HasSubstr("event_id must be a string"));
    EXPECT_THAT(refusal("[" + event("1", R"(,"event_id":"vm-1","more":1)") + "]"), HasSubstr("the keys are "));
}

TEST(EventBatchTest, TheMembersOfTheDataMayStandBesideIt) {
    const std::string flat = replaced(event("1", R"(,"at":1706626775)"), R"(,"pid":533277},"device")", R"(},"device")");
    EXPECT_EQ(refusal("[" + flat + "]"), "taken");
    EXPECT_THAT(refusal("[" + replaced(flat, "1706626775}", "1706626776}") + "]"), HasSubstr("the keys are "));
}

TEST(EventBatchTest, EveryKeyHasItsType) {
    for (const char* seq : {"0", "-1", "1.5", "\"1\"", "null", "true", "18446744073709551615"})
        EXPECT_EQ(refusal("[" + event(seq) + "]"), "event 0: seq must be an integer above 0") << seq;
    EXPECT_THAT(refusal("[" + replaced(event(), "\"service:up\"", "5") + "]"), HasSubstr("event must be a string"));
    EXPECT_THAT(refusal("[" + replaced(event(), "\"service:up\"", "\"\"") + "]"), HasSubstr("event must be a string"));
    EXPECT_THAT(refusal("[" + replaced(event(), "\"pid\":533277,\"seq\"", "\"pid\":\"x\",\"seq\"") + "]"),
                HasSubstr("pid must be an integer"));
    EXPECT_THAT(refusal("[" + replaced(event(), "\"mediaserver\"", "\"camera\"") + "]"), HasSubstr("device must be"));
    EXPECT_THAT(refusal("[" + replaced(event(), "{\"at\":1706626775,\"pid\":533277}", "[]") + "]"),
                HasSubstr("data must be an object"));
}

TEST(EventBatchTest, NumbersMustRise) {
    EXPECT_EQ(refusal("[" + event("5") + "," + event("5") + "]"), "event 1: seq does not rise");
    EXPECT_EQ(refusal("[" + event("5") + "," + event("4") + "]"), "event 1: seq does not rise");
    const std::string other = replaced(event("4"), R"("pid":533277,"seq")", R"("pid":533278,"seq")");
    EXPECT_EQ(refusal("[" + event("5") + "," + other + "," + event("6") + "]"), "taken")
        << "each sender's by themselves";
    EXPECT_EQ(refusal("[" + other + "," + event("5") + "," + other + "]"), "event 2: seq does not rise");
    EXPECT_EQ(refusal("[" + event("5") + "," + event("50") + "]"), "taken");
}

} // namespace
} // namespace hookcast::mock
