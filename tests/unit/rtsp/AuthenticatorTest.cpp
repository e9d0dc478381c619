#include "rtsp/Authenticator.h"

#include "base/Base64.h"
#include "rtsp/Digest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtsp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Scheme = config::RtspAuthScheme;

constexpr const char* kUrl = "rtsp://h:8554/live/show?token=x";

class AuthenticatorTest : public ::testing::Test {
  protected:
    /// The challenges, in their order.
    std::vector<std::string> challenge(bool isStale = false) {
        RtspResponse response;
        authenticator_.challenge(terms_, isStale, nowMs_, response);
        std::vector<std::string> all;
        for (const auto& [name, value] : response.headers.fields())
            if (name == "WWW-Authenticate") all.push_back(value);
        return all;
    }

    /// The nonce of a new challenge.
    std::string nonce() {
        for (const std::string& text : challenge())
            if (const std::size_t at = text.find("nonce=\""); at != std::string::npos) return text.substr(at + 7, 32);
        return {};
    }

    Authenticator::Finding examine(const std::string& authorization, const std::string& url = kUrl) {
        RtspRequest request{"DESCRIBE", url, {}, {}};
        if (!authorization.empty()) request.headers.add("Authorization", authorization);
        return authenticator_.examine(terms_, request, nowMs_);
    }

    /// As a client answers that knows the password.
    static std::string answerTo(const std::string& nonce, const std::string& uri = kUrl,
                                const std::string& realm = "hookcast") {
        DigestAnswer answer;
        answer.nonce = nonce;
        answer.uri = uri;
        const std::string ha1 = *digestOf(Scheme::DigestMd5, "ann:" + realm + ":secret");
        const std::string rest = *digestRest(Scheme::DigestMd5, answer, "DESCRIBE");
        return fmt::format("Digest username=\"ann\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\"", realm,
                           nonce, uri, *digestOf(Scheme::DigestMd5, ha1 + ":" + rest));
    }

    config::RtspAuthConfig terms_{{"digest", "basic"}, "hookcast"};
    Authenticator authenticator_;
    std::int64_t nowMs_ = 1000;
};

TEST_F(AuthenticatorTest, ChallengesInTheOrderOfItsTerms) {
    EXPECT_THAT(challenge(), ElementsAre(StartsWith("Digest realm=\"hookcast\", nonce=\""),
                                         "Basic realm=\"hookcast\", charset=\"UTF-8\""));
    EXPECT_THAT(challenge().front(), HasSubstr(", stale=false, algorithm=MD5, qop=\"auth\""));
    EXPECT_THAT(challenge(true).front(), HasSubstr(", stale=true, "));
    terms_.words = {"digest-sha-256", "digest"};
    EXPECT_THAT(challenge(), ElementsAre(HasSubstr("algorithm=SHA-256"), HasSubstr("algorithm=MD5")));
}

TEST_F(AuthenticatorTest, ChallengesSoOftenAndNoMore) {
    for (int i = 0; i < Authenticator::kMostChallenges; ++i) {
        EXPECT_TRUE(authenticator_.mayChallenge());
        challenge();
    }
    EXPECT_FALSE(authenticator_.mayChallenge());
}

TEST_F(AuthenticatorTest, BasicIsUserAndPassword) {
    const auto found = examine("Basic " + base::toBase64(base::asBytes(std::string_view("ann:secret"))));
    ASSERT_NE(found.credentials, nullptr);
    EXPECT_EQ(*found.credentials, (hooks::Credentials{"ann", "secret", {}}));
}

TEST_F(AuthenticatorTest, OnlyWhatItAsksForIsAnAnswer) {
    EXPECT_EQ(examine("").credentials, nullptr);
    EXPECT_EQ(examine("Bearer abc").credentials, nullptr);
    terms_.words = {"digest-sha-256"};
    EXPECT_EQ(examine("Basic " + base::toBase64(base::asBytes(std::string_view("ann:secret")))).credentials, nullptr);
    EXPECT_EQ(examine(answerTo(nonce())).credentials, nullptr) << "which is by MD5";
    terms_.words = {"basic"};
    challenge();
    EXPECT_EQ(examine(answerTo("")).credentials, nullptr);
}

/// Whoever knows HA1 can tell whether it is right.
TEST_F(AuthenticatorTest, ADigestIsWhatABackendCanLookAt) {
    const auto found = examine(answerTo(nonce()));
    ASSERT_NE(found.credentials, nullptr) << found.fault;
    EXPECT_EQ(found.credentials->user, "ann");
    EXPECT_EQ(found.credentials->password, "");
    ASSERT_TRUE(found.credentials->digest);
    const hooks::DigestProof& proof = *found.credentials->digest;
    EXPECT_EQ(proof.algorithm, "MD5");
    EXPECT_EQ(proof.realm, "hookcast");
    const std::string ha1 = *digestOf(Scheme::DigestMd5, "ann:hookcast:secret");
    EXPECT_EQ(proof.response, *digestOf(Scheme::DigestMd5, ha1 + ":" + proof.rest));
    EXPECT_NE(proof.response, *digestOf(Scheme::DigestMd5, ha1 + ":" + proof.rest + "x"));
}

TEST_F(AuthenticatorTest, AnAnswerIsGoodOnce) {
    const std::string answer = answerTo(nonce());
    EXPECT_NE(examine(answer).credentials, nullptr);
    const auto again = examine(answer);
    EXPECT_EQ(again.credentials, nullptr);
    EXPECT_TRUE(again.isStale);
}

TEST_F(AuthenticatorTest, AnAnswerIsToTheNewestChallengeOfThisConnection) {
    const std::string first = answerTo(nonce());
    const std::string second = answerTo(nonce());
    EXPECT_TRUE(examine(first).isStale);
    EXPECT_EQ(examine(first).credentials, nullptr);
    RtspRequest request{"DESCRIBE", kUrl, {}, {}};
    request.headers.add("Authorization", second);
    Authenticator other;
    RtspResponse response;
    other.challenge(terms_, false, nowMs_, response);
    const auto elsewhere = other.examine(terms_, request, nowMs_);
    EXPECT_EQ(elsewhere.credentials, nullptr);
    EXPECT_TRUE(elsewhere.isStale);
    EXPECT_NE(examine(second).credentials, nullptr) << "here it is good";
}

TEST_F(AuthenticatorTest, ANonceHasItsTime) {
    const std::string answer = answerTo(nonce());
    nowMs_ += Authenticator::kNonceLifetimeMs;
    const auto late = examine(answer);
    EXPECT_EQ(late.credentials, nullptr);
    EXPECT_TRUE(late.isStale);
    nowMs_ -= 1;
    EXPECT_NE(examine(answer).credentials, nullptr);
}

TEST_F(AuthenticatorTest, NothingIsAnAnswerBeforeTheFirstChallenge) {
    EXPECT_EQ(examine(answerTo("")).credentials, nullptr);
    EXPECT_TRUE(examine(answerTo("")).isStale);
}

TEST_F(AuthenticatorTest, AnAnswerIsForThisRealm) {
    EXPECT_EQ(examine(answerTo(nonce(), kUrl, "other")).credentials, nullptr);
}

TEST_F(AuthenticatorTest, AnAnswerIsAboutThisRequest) {
    for (const char* uri : {kUrl, "/live/show?token=x"})
        EXPECT_NE(examine(answerTo(nonce(), uri)).credentials, nullptr) << uri;
    EXPECT_NE(examine(answerTo(nonce(), kUrl), std::string(kUrl) + "/trackID=0").credentials, nullptr) << "of a track";
    for (const char* uri : {"", "*", "rtsp://h:8554/live/other?token=x", "rtsp://g:8554/live/show?token=x",
                            "rtsp://h:8554/live/show", "/live/show", "rtsp://h:8554/live/show?token=y"})
        EXPECT_EQ(examine(answerTo(nonce(), uri)).credentials, nullptr) << uri;
}

TEST_F(AuthenticatorTest, ResponsesAreToldInLowerCase) {
    std::string answer = answerTo(nonce());
    const std::size_t at = answer.find("response=\"") + 10;
    const std::string lower = answer.substr(at, 32);
    std::transform(answer.begin() + static_cast<std::ptrdiff_t>(at), answer.end(),
                   answer.begin() + static_cast<std::ptrdiff_t>(at),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto found = examine(answer);
    ASSERT_NE(found.credentials, nullptr);
    EXPECT_EQ(found.credentials->digest->response, lower);
}

TEST(AnothersRequest, NamesAnotherUserOrPassword) {
    const auto says = [](const std::string& authorization, const hooks::Credentials& credentials) {
        RtspRequest request{"SETUP", kUrl, {}, {}};
        if (!authorization.empty()) request.headers.add("Authorization", authorization);
        return isAnothers(request, credentials);
    };
    const auto basic = [](std::string_view pair) { return "Basic " + base::toBase64(base::asBytes(pair)); };
    const hooks::Credentials byPassword{"ann", "secret", {}};
    const hooks::Credentials byDigest{"ann", {}, hooks::DigestProof{}};
    EXPECT_FALSE(says("", byPassword));
    EXPECT_FALSE(says(basic("ann:secret"), byPassword));
    EXPECT_TRUE(says(basic("ann:other"), byPassword));
    EXPECT_TRUE(says(basic("bob:secret"), byPassword));
    EXPECT_FALSE(says("Digest username=\"ann\"", byDigest));
    EXPECT_TRUE(says("Digest username=\"bob\"", byDigest));
    EXPECT_TRUE(says(basic("ann:"), byDigest));
    EXPECT_TRUE(says("what", byDigest));
}

} // namespace
} // namespace hookcast::rtsp
