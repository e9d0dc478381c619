// What a server that is no Redis of ours may answer to an exchange.
#include "cluster/RedisState.h"

#include "base/Log.h"
#include "unit/cluster/FixedAnswer.h"
#include "unit/support/Event.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

std::string bulk(const std::string& text) {
    return fmt::format("${}\r\n{}\r\n", text.size(), text);
}

std::string list(const std::vector<std::string>& texts) {
    std::string all = fmt::format("*{}\r\n", texts.size());
    for (const std::string& text : texts) all += bulk(text);
    return all;
}

const std::string kHello = bulk("# Server\r\nrun_id:abc\r\n") + list({"1700000000", "5"}) + bulk("the script");

/// What comes of an exchange of one change: the error, or "fine".
std::string outcomeOf(const RedisPlace& place) {
    base::Log log(base::LogLevel::None, "");
    std::string told;
    support::Event event;
    RedisState state(place, log);
    state.exchange({{Change{{}, {{"name", "value"}}}}, 0}, [&](const base::Result<Outcome>& outcome) {
        told = outcome ? "fine" : outcome.error().message;
        event.happen();
    });
    EXPECT_TRUE(event.wait());
    return told;
}

std::string outcomeOf(const std::string& answers) {
    const FixedAnswer server(answers, false);
    RedisPlace place;
    place.server = server.address();
    place.keyPrefix = "test";
    return outcomeOf(place);
}

TEST(RedisState, TakesWhatItsScriptAnswersAndNothingElse) {
    const std::string wrong = "an answer that the script does not give";
    EXPECT_EQ(outcomeOf(kHello + list({"h", "7", "1", "1"})), "fine");
    EXPECT_EQ(outcomeOf(kHello + list({"h", "7", "1", "1", "name", "value"})), "fine");
    EXPECT_EQ(outcomeOf(kHello + list({"h", "7", "1", "1", "name"})), wrong);
    EXPECT_EQ(outcomeOf(kHello + list({"h", "7", "11", "1"})), wrong) << "of two changes";
    EXPECT_EQ(outcomeOf(kHello + list({"h", "", "1", "1"})), wrong);
    EXPECT_EQ(outcomeOf(kHello + list({"h", "-7", "1", "1"})), wrong);
    EXPECT_EQ(outcomeOf(kHello + list({"h", "99999999999999999999", "1", "1"})), wrong);
    EXPECT_EQ(outcomeOf(kHello + list({"h"})), wrong);
    EXPECT_EQ(outcomeOf(kHello + "*-1\r\n"), "an answer that is no list");
    EXPECT_EQ(outcomeOf(kHello + "+fine\r\n"), "an answer that is no list");
    EXPECT_EQ(outcomeOf(kHello + "*1\r\n:1\r\n"), "an answer of another type than asked for");
    EXPECT_EQ(outcomeOf(bulk("# Server\r\n")), "a Redis that does not tell its run_id");
    EXPECT_EQ(outcomeOf(bulk("# Server\r\nrun_id:abc\r\n") + list({"x", "5"})), "a Redis that does not tell the time");
    // No time of a clock: as milliseconds it would overflow.
    EXPECT_EQ(outcomeOf(bulk("# Server\r\nrun_id:abc\r\n") + list({"9223372036854775807", "5"})),
              "a Redis that does not tell the time");
}

TEST(RedisState, BelievesNoSentinelThatTellsNoAddress) {
    for (const auto& address : std::vector<std::vector<std::string>>{
             {"127.0.0.1", "0"}, {"127.0.0.1", "65536"}, {"127.0.0.1", "x"}, {"127.0.0.1", ""}, {"127.0.0.1"}}) {
        const FixedAnswer sentinel(list(address), false);
        RedisPlace place;
        place.sentinels = {sentinel.address()};
        place.master = "main";
        EXPECT_EQ(outcomeOf(place),
                  "no sentinel tells where the master main is; the last one: 127.0.0.1: an answer that is no "
                  "address");
    }
}

} // namespace
} // namespace hookcast::cluster
