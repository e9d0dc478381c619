#include "base/TracedClients.h"

#include "base/Log.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::base {
namespace {

using support::linesOf;
using support::TempDir;

class TracedClientsTest : public testing::Test {
  protected:
    /// Whether a client is traced by `words`, told before and after it came.
    static bool isMeant(const std::vector<std::string>& words) {
        TracedClients early;
        early.trace(words);
        const auto first = early.introduce(client());
        TracedClients late;
        const auto second = late.introduce(client());
        late.trace(words);
        EXPECT_EQ(early.includes("rtmp-12"), late.includes("rtmp-12"));
        return late.includes("rtmp-12");
    }

    static TracedClients::Client client() { return {"rtmp-12", 12, "192.0.2.7", "k3j9x0ab"}; }
};

TEST_F(TracedClientsTest, AClientIsMeantByWhateverItIsCalled) {
    for (const char* word : {"rtmp-12", "12", "192.0.2.7", "192.0.2.0/24", "::ffff:192.0.2.7", "k3j9x0ab"})
        EXPECT_TRUE(isMeant({word})) << word;
    for (const char* word :
         {"rtmp-1", "rtmp-123", "mp-12", "1", "012", "192.0.2.70", "10.0.0.0/8", "::1", "k3j9x0a", "-12", ""})
        EXPECT_FALSE(isMeant({word})) << word;
    EXPECT_FALSE(isMeant({}));
    EXPECT_TRUE(isMeant({"rtmp-1", "10.0.0.1", "12"})) << "one is enough";
}

TEST_F(TracedClientsTest, WhatHasNeitherNumberNorAddressIsMeantByItsName) {
    TracedClients clients;
    clients.trace({"capture door", "0"});
    const auto capture = clients.introduce({"capture door", 0, "", ""});
    const auto other = clients.introduce({"capture yard", 0, "", ""});
    EXPECT_TRUE(clients.includes("capture door"));
    EXPECT_FALSE(clients.includes("capture yard"));
}

TEST_F(TracedClientsTest, ANameIsTracedWhileAnyOfItsIntroductionsIsMeant) {
    TracedClients clients;
    clients.trace({"192.0.2.7"});
    // The connection, by its proxy's address; then what the client is behind it.
    auto connection = std::make_unique<TracedClients::Introduction>(clients.introduce({"rtmp-12", 12, "10.0.0.1", ""}));
    EXPECT_FALSE(clients.includes("rtmp-12"));
    auto visit = std::make_unique<TracedClients::Introduction>(clients.introduce(client()));
    EXPECT_TRUE(clients.includes("rtmp-12"));
    TracedClients::Introduction moved = std::move(*visit);
    visit.reset();
    EXPECT_TRUE(clients.includes("rtmp-12"));
    moved = {};
    EXPECT_FALSE(clients.includes("rtmp-12"));
    connection.reset();
    clients.trace({"10.0.0.1"});
    EXPECT_FALSE(clients.includes("rtmp-12"));
}

TEST_F(TracedClientsTest, WhoeverLastsIsMeantLikewise) {
    const TracedClients::Client known = client();
    TracedClients clients;
    TracedClients::Introduction first = clients.introduceLasting(known);
    const auto second = clients.introduce({"rtmp-12", 12, "10.0.0.1", ""});
    clients.trace({"k3j9x0ab"});
    EXPECT_TRUE(clients.includes("rtmp-12"));
    EXPECT_FALSE(clients.includes("rtmp-1"));
    first = {};
    EXPECT_FALSE(clients.includes("rtmp-12")) << "the other one is not meant";
}

TEST_F(TracedClientsTest, AWordThatLooksLikeAnAddressMustBeOne) {
    for (const char* word : {"12", "rtmp-12", "k3j9x0ab", "capture door", "192.0.2.7", "10.0.0.0/8", "::1", "fe80::1"})
        EXPECT_EQ(TracedClients::faultIn(word), "") << word;
    for (const char* word : {"", "192.0.2", "192.0.2.300", "10.0.0.0/40", "1.2.3.4.5", "1/2", "fe80::1%2"})
        EXPECT_NE(TracedClients::faultIn(word), "") << word;
}

TEST_F(TracedClientsTest, AllLinesOfSuchAClientAreLoggedWhateverTheLevel) {
    for (const LogLevel level : {LogLevel::Trace, LogLevel::Error, LogLevel::None}) {
        const TempDir folder;
        {
            Log log(level, folder.file("a.log"));
            log.traceClients({"12"});
            const auto one = log.introduce(client());
            const auto other = log.introduce({"rtmp-13", 13, "192.0.2.8", ""});
            for (const char* who : {"rtmp-12", "rtmp-13", "nobody"}) {
                log.verbose(who, "verbose {}", 1);
                log.trace(who, "trace");
                for (int i = 0; i < 3; ++i) log.about("192.0.2.7", "too slow", LogLevel::Warn, who, i, "about");
            }
            log.traceClients({});
            log.verbose("rtmp-12", "not any more");
        }
        std::vector<std::string> ofTraced;
        std::size_t verboseOfOthers = 0;
        for (const std::string& line : linesOf(folder.file("a.log"))) {
            if (line.find("[rtmp-12]") != std::string::npos) ofTraced.push_back(line.substr(line.find("]") + 1));
            if (line.find("verbose") != std::string::npos && line.find("[rtmp-12]") == std::string::npos)
                ++verboseOfOthers;
        }
        EXPECT_EQ(ofTraced, (std::vector<std::string>{"[verbose][rtmp-12] verbose 1", "[trace][rtmp-12] trace",
                                                      "[warn][rtmp-12] about", "[warn][rtmp-12] about",
                                                      "[warn][rtmp-12] about"}));
        EXPECT_EQ(verboseOfOthers, 0U);
    }
}

} // namespace
} // namespace hookcast::base
