#include "control/ApiQuery.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::control {
namespace {

ApiQuery queryOf(const std::string& target) {
    http::HttpRequest request;
    request.head.setMethod("GET");
    request.head.set("Authorization", "Basic x");
    const auto read = http::readTarget(target, "host");
    EXPECT_TRUE(read);
    return ApiQuery::of(request, read.value());
}

TEST(ApiQuery, TakesARequestApart) {
    const ApiQuery query = queryOf("/api/v1/clients/?start=3&count=x&callback=a.b&empty&=none&twice=1&twice=2");
    EXPECT_EQ(query.path, "/api/v1/clients");
    EXPECT_EQ(query.method, "GET");
    EXPECT_EQ(query.authorization, "Basic x");
    EXPECT_EQ(query.number("start", 0), 3U);
    EXPECT_EQ(query.number("count", 10), 10U) << "no number";
    EXPECT_EQ(query.number("missing", 10), 10U);
    EXPECT_EQ(query.parameter("callback"), "a.b");
    EXPECT_EQ(query.parameter("twice"), "2");
    EXPECT_TRUE(query.parameters.contains("empty"));
    EXPECT_FALSE(query.parameters.contains(""));
}

TEST(ApiQuery, DecodesWhatIsEncodedAndKeepsWhatIsBroken) {
    const ApiQuery query = queryOf("/api?a%20b=c%26d&x=%zz&y=1");
    EXPECT_EQ(query.parameter("a b"), "c&d");
    EXPECT_EQ(query.parameter("x"), "%zz") << "it is there, and names nothing";
    EXPECT_EQ(query.parameter("y"), "1");
}

TEST(ApiQuery, TheRootStaysTheRoot) {
    EXPECT_EQ(queryOf("/").path, "/");
    EXPECT_EQ(queryOf("//").path, "/");
}

} // namespace
} // namespace hookcast::control
