// A node that the network cuts off, in the system's own network stack: what is lost, TCP repeats.
#include "cluster/ClusterTest.h"
#include "cluster/CutNetwork.h"

#include <string>

namespace hookcast::integration {
namespace {

using Cut = CutNetwork::Cut;

/// Is there before the servers that listen on its addresses, and goes after them.
class WithNetwork {
  protected:
    CutNetwork network_;
};

class ClusterNetworks : private WithNetwork, public ClusterTest, public testing::WithParamInterface<Cut> {
  protected:
    ClusterNetworks() : ClusterTest(network_.address()), redis_(network_.redisOptions()) {}

    /// a is behind the network and has the camera, b and c are not.
    void startAll() {
        const std::string camera = cameraUrl_;
        const std::string events = eventsUrl_;
        cameraUrl_ = network_.wayTo(camera);
        eventsUrl_ = network_.wayTo(events);
        place_ = network_.nodePlace();
        start("a", network_.redisUrl(redis_.port()));
        ASSERT_EQ(waitForOwner(redis_), "a");
        cameraUrl_ = camera;
        eventsUrl_ = events;
        place_ = {};
        for (const char* name : {"b", "c"}) start(name, urlOf(redis_.port()));
    }

    void cut(Cut cut) { network_.set(cut); }

    RedisProcess redis_;
};

/// The time of a log line.
std::string timeOf(const std::string& line) {
    return line.substr(0, line.find(']'));
}

TEST_P(ClusterNetworks, WhoIsCutOffStopsBeforeAnotherOneBegins) {
    startAll();
    cut(GetParam());
    node("a").waitForLog(kIsAway);
    const std::string second = waitForOwner(redis_, "a");
    const std::string end = node("a").waitForLog(kEnds);
    EXPECT_LT(timeOf(end), timeOf(camera_.lineOfReader(2)));
    // A camera that is cut off as well does not see its reader go.
    if (GetParam() != Cut::Everything) {
        EXPECT_EQ(camera_.mostReaders(), 1U);
    }
    events_.waitForEvents("server:capture");
    EXPECT_EQ(wholeEvents("server:capture").size(), 1U);

    cut(Cut::None);
    node("a").waitForLog(kIsBack);
    kill(second);
    waitForOwner(redis_, second);
    events_.waitForEvents("server:capture", 2);
    events_.waitForEvents("service:emergency");
    EXPECT_EQ(wholeEvents("service:emergency").size(), 1U);
}

std::string nameOf(const testing::TestParamInfo<Cut>& info) {
    switch (info.param) {
    case Cut::Requests: return "RequestsAreLost";
    case Cut::Answers: return "AnswersAreLost";
    case Cut::Both: return "BothAreLost";
    default: return "TheCableIsOut";
    }
}

INSTANTIATE_TEST_SUITE_P(Cut, ClusterNetworks, testing::Values(Cut::Requests, Cut::Answers, Cut::Both, Cut::Everything),
                         nameOf);

} // namespace
} // namespace hookcast::integration
