#include "hooks/Signature.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kTimestampS = 1614265330;
constexpr const char* kContent = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

/// The vector that the libraries of Standard Webhooks test themselves by.
TEST(Signature, IsThatOfTheStandard) {
    EXPECT_EQ(signatureOf({kSecret}, kId, kTimestampS, kContent), kSignature);
}

TEST(Signature, HasOneForEachSecret) {
    const std::string other = "whsec_aGVyZSBzdGFuZHMgYSBrZXkgb2YgeW91ciBvd24h";
    const std::string both = signatureOf({kSecret, other}, kId, kTimestampS, kContent);
    EXPECT_EQ(both, std::string(kSignature) + " " + signatureOf({other}, kId, kTimestampS, kContent));
}

TEST(Signature, IsAnotherOneForWhateverIsChanged) {
    std::set<std::string> all{kSignature};
    all.insert(signatureOf({kSecret}, "msg_2", kTimestampS, kContent));
    all.insert(signatureOf({kSecret}, kId, kTimestampS + 1, kContent));
    all.insert(signatureOf({kSecret}, kId, kTimestampS, R"({"test": 2432232315})"));
    all.insert(signatureOf({kSecret}, kId, kTimestampS, ""));
    EXPECT_EQ(all.size(), 5U);
}

TEST(Signature, CoversZerosAndWhatIsNoText) {
    const std::string binary("a\0\xFF", 3);
    EXPECT_NE(signatureOf({kSecret}, kId, kTimestampS, binary), signatureOf({kSecret}, kId, kTimestampS, "a"));
}

TEST(Signature, IsNoneWithoutASecret) {
    EXPECT_EQ(signatureOf({}, kId, kTimestampS, kContent), "");
    EXPECT_EQ(signatureOf({"whsec_", "whsec_*", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, kId, kTimestampS, kContent), "");
}

TEST(IdOfContent, FollowsFromTheContentAlone) {
    EXPECT_EQ(idOfContent("[1]"), idOfContent("[1]"));
    EXPECT_NE(idOfContent("[1]"), idOfContent("[1,2]"));
    EXPECT_EQ(idOfContent("").size(), 32U);
}

} // namespace
} // namespace hookcast::hooks
