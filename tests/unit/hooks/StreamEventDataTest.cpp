#include "hooks/StreamEventData.h"

#include "unit/support/TestEvents.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>

namespace hookcast::hooks {
namespace {

using config::EventName;
using support::jsonObject;
using support::shapeOf;

/// The data of the document's example.
std::string documented(const std::string& name) {
    return Poco::Dynamic::Var(support::documentedEvent(name)->getObject("data")).toString();
}

std::string canonical(const std::string& json) {
    return Poco::Dynamic::Var(jsonObject(json)).toString();
}

StreamEventData camera() {
    StreamEventData stream;
    stream.address = "192.168.204.10";
    stream.camera = "camera-uid5065687";
    stream.reconnects.limit = 10;
    stream.source = "rtsp://192.168.204.10/Streaming/Channels/101/";
    stream.state = StreamState::Active;
    stream.stime = 1706627843;
    stream.subscribers = 1;
    stream.type = kCaptureType;
    stream.uid = "camera-uid5065687-primary";
    stream.video = {3383431, "H265", 75};
    return stream;
}

TEST(ServerEventTest, ServiceEventsHaveTheShapeOfTheDocument) {
    const support::FakeClock clock;
    for (const EventName name : {EventName::ServiceUp, EventName::ServiceDown, EventName::ServicePulse}) {
        const ServerEvent event = serviceEvent(clock, name, 5);
        EXPECT_EQ(event.name, name);
        EXPECT_EQ(event.pulseMs, 5);
        EXPECT_EQ(shapeOf(event.data), shapeOf(documented("service:up")));
        EXPECT_EQ(jsonObject(event.data)->getValue<int>("pid"), ::getpid());
        EXPECT_EQ(jsonObject(event.data)->getValue<Poco::Int64>("at"), clock.unixS());
    }
}

TEST(ServerEventTest, AnEmergencySaysWhatAndWhy) {
    const ServerEvent event =
        emergencyEvent(support::FakeClock(), "recorder", "disk full: \"/x\"\xFF" + std::string(5000, 'x'));
    EXPECT_EQ(event.name, EventName::ServiceEmergency);
    const auto data = jsonObject(event.data);
    EXPECT_EQ(shapeOf(event.data), "{at:integer,pid:integer,what:string,why:string}");
    EXPECT_EQ(data->getValue<std::string>("what"), "recorder");
    EXPECT_TRUE(data->getValue<std::string>("why").starts_with("disk full: \"/x\"\xEF\xBF\xBDxxx"));
    EXPECT_LT(event.data.size(), 1200U) << "it is bounded";
}

TEST(StreamEventDataTest, IsTheDocumentsExample) {
    for (const EventName name : {EventName::StreamCreate, EventName::StreamState, EventName::StreamReconnect,
                                 EventName::StreamPulse, EventName::StreamDelete}) {
        const ServerEvent event = streamEvent(name, camera());
        EXPECT_EQ(event.name, name);
        EXPECT_EQ(event.pulseMs, 0);
        EXPECT_EQ(canonical(event.data), documented("stream:create"));
    }
}

TEST(StreamEventDataTest, ThatSaysLittleHasTheShapeAllTheSame) {
    const ServerEvent event = streamEvent(EventName::StreamPulse, {}, 250);
    EXPECT_EQ(event.pulseMs, 250);
    EXPECT_EQ(shapeOf(event.data), shapeOf(documented("stream:create")));
    EXPECT_EQ(jsonObject(event.data)->getValue<std::string>("state"), "inactive");
    EXPECT_EQ(jsonObject(event.data)->getValue<std::string>("type"), "publish");
}

TEST(StreamEventDataTest, ADvrEventIsTheDocumentsExample) {
    DvrEventData dvr;
    dvr.stream = camera();
    dvr.stream.stime = 1709713539;
    dvr.range = {1709713539, 1709713659, 36967784, "regular"};
    dvr.atime = 1709713661;
    dvr.ctime = 1709713539;
    const ServerEvent event = dvrEvent(dvr);
    EXPECT_EQ(event.name, EventName::StreamDvr);
    EXPECT_EQ(canonical(event.data), documented("stream:dvr"));
    EXPECT_EQ(shapeOf(dvrEvent({}).data), shapeOf(documented("stream:dvr")));
}

TEST(StreamEventDataTest, BytesThatAreNoTextDoNotBreakIt) {
    StreamEventData stream;
    stream.uid = "v/live/\xFF\"\n\x01";
    const ServerEvent event = streamEvent(EventName::StreamCreate, stream);
    EXPECT_EQ(jsonObject(event.data)->getValue<std::string>("uid"), "v/live/\xEF\xBF\xBD\"\n\x01");
}

} // namespace
} // namespace hookcast::hooks
