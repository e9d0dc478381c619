#include "rtmp/Amf.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace hookcast::rtmp {
namespace {

TEST(Amf, IsUndefinedByDefault) {
    EXPECT_EQ(Amf().type(), Amf::Type::Undefined);
    EXPECT_EQ(Amf(), Amf::undefined());
}

TEST(Amf, AccessorsAnswerForTheirTypeOnly) {
    EXPECT_EQ(Amf::string("live").asString(), "live");
    EXPECT_EQ(Amf::xml("live").asString(), "");
    EXPECT_EQ(Amf::xml("<a/>").asXml(), "<a/>");
    EXPECT_EQ(Amf::string("<a/>").asXml(), "");
    EXPECT_EQ(Amf::number(1).asString(), "");
    EXPECT_EQ(Amf::number(2.5).asNumber(9), 2.5);
    EXPECT_EQ(Amf::date(1000).asNumber(9), 1000);
    EXPECT_EQ(Amf::string("2.5").asNumber(9), 9);
    EXPECT_EQ(Amf::null().asNumber(), 0);
    EXPECT_EQ(Amf::typedObject("Point").className(), "Point");
    EXPECT_EQ(Amf::string("Point").className(), "");
}

TEST(Amf, BooleansMayComeAsNumbers) {
    EXPECT_TRUE(Amf::boolean(true).asBoolean());
    EXPECT_FALSE(Amf::boolean(false).asBoolean(true));
    EXPECT_TRUE(Amf::number(-1).asBoolean());
    EXPECT_FALSE(Amf::number(0).asBoolean(true));
    EXPECT_FALSE(Amf::number(std::numeric_limits<double>::quiet_NaN()).asBoolean(true));
    EXPECT_TRUE(Amf::null().asBoolean(true));
}

TEST(Amf, FindsTheFirstPropertyOfThatName) {
    const Amf object = Amf::object({{"a", Amf::number(1)}, {"b", Amf::null()}, {"a", Amf::number(2)}});
    ASSERT_NE(object.find("a"), nullptr);
    EXPECT_EQ(object.find("a")->asNumber(), 1);
    EXPECT_EQ(object.find("c"), nullptr);
    EXPECT_EQ(Amf::string("a").find("a"), nullptr);
    EXPECT_NE(Amf::ecmaArray({{"a", Amf::null()}}).find("a"), nullptr);
}

TEST(Amf, SetReplacesOrAppends) {
    Amf object = Amf::object({{"a", Amf::number(1)}});
    object.set("a", Amf::number(2));
    object.set("b", Amf::string("x"));
    EXPECT_EQ(object, Amf::object({{"a", Amf::number(2)}, {"b", Amf::string("x")}}));
}

TEST(Amf, EqualityLooksAtTypeAndContentAndOrder) {
    EXPECT_EQ(Amf::strictArray({Amf::number(1)}), Amf::strictArray({Amf::number(1)}));
    EXPECT_FALSE(Amf::strictArray({Amf::number(1)}) == Amf::strictArray({Amf::number(2)}));
    EXPECT_FALSE(Amf::number(0) == Amf::date(0));
    EXPECT_FALSE(Amf::boolean(true) == Amf::boolean(false));
    EXPECT_FALSE(Amf::string("a") == Amf::xml("a"));
    EXPECT_FALSE(Amf::object() == Amf::ecmaArray());
    EXPECT_FALSE(Amf::object({{"a", {}}, {"b", {}}}) == Amf::object({{"b", {}}, {"a", {}}}));
    EXPECT_FALSE(Amf::typedObject("A") == Amf::object());
    EXPECT_EQ(Amf::number(std::numeric_limits<double>::quiet_NaN()),
              Amf::number(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_FALSE(Amf::number(0.0) == Amf::number(-0.0));
}

} // namespace
} // namespace hookcast::rtmp
