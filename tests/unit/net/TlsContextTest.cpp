#include "net/TlsContext.h"

#include "unit/net/TlsFixtures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <vector>

namespace hookcast::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TlsContextTest : public testing::Test {
  protected:
    static std::string faultOf(const TlsContext::Files& files, const std::map<std::string, TlsContext::Files>& named) {
        const auto loaded = TlsContext::load({files, named, {}});
        return loaded.ok() ? "" : loaded.error().message;
    }

    CertificateFolder folder_;
    TlsContext::Files good_ = folder_.issue("a.example");
};

TEST_F(TlsContextTest, NamesTheFileThatDoesNotServe) {
    EXPECT_EQ(faultOf(good_, {{"a.example", good_}}), "");
    const std::string text = folder_.write("text", "no PEM");
    const std::string missing = good_.certFile + ".missing";
    EXPECT_THAT(faultOf({missing, good_.keyFile}, {}), AllOf(HasSubstr(missing), HasSubstr("o such file")));
    EXPECT_THAT(faultOf({text, good_.keyFile}, {}), HasSubstr(text));
    EXPECT_THAT(faultOf({good_.certFile, text}, {}), HasSubstr(text));
    const TlsContext::Files other = folder_.issue("b.example");
    EXPECT_THAT(faultOf({good_.certFile, other.keyFile}, {}), HasSubstr(other.keyFile));
    EXPECT_THAT(faultOf(good_, {{"b.example", {other.certFile, missing}}}), HasSubstr(missing));
}

TEST_F(TlsContextTest, KnowsWhenItsCertificatesExpire) {
    constexpr std::int64_t kDayS = 24 * 3600;
    const support::Certificate old =
        folder_.authority.issue("DNS:old.example", support::CertificateAuthority::Valid::UntilYesterday);
    const TlsContext::Files expired{folder_.write("old.crt", old.chainPem), folder_.write("old.key", old.keyPem)};
    const std::int64_t beforeS = std::time(nullptr);
    const auto loaded = TlsContext::load({good_, {{"Old.Example", expired}}, {}});
    ASSERT_TRUE(loaded.ok());
    const std::vector<TlsContext::Certificate>& all = loaded.value()->certificates();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].host, "");
    EXPECT_NEAR(static_cast<double>(all[0].expiresAtUnixS - beforeS), 2 * kDayS, 60);
    EXPECT_EQ(all[1].host, "old.example");
    EXPECT_NEAR(static_cast<double>(all[1].expiresAtUnixS - beforeS), -kDayS, 60);
}

} // namespace
} // namespace hookcast::net
