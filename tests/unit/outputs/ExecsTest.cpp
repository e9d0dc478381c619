#include "outputs/Execs.h"

#include "unit/hub/RegistryBench.h"
#include "unit/support/HookGate.h"
#include "unit/support/RefusedThreads.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::outputs {
namespace {

/// The publications of a test, on a vhost that has programs.
class WithPrograms final : public hub::StreamListener {
  public:
    explicit WithPrograms(Execs& execs) : execs_(execs) {
        vhost_->exec.enabled = true;
        vhost_->exec.publish = {{"sleep", "600"}};
    }

    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override {
        auto ours = std::make_shared<hub::PublishedStream>(*stream);
        ours->vhost = vhost_;
        execs_.onPublish(ours_[stream] = std::move(ours), publication);
    }
    void onUnpublish(const hub::PublishedStreamPtr& stream) override {
        execs_.onUnpublish(ours_.extract(stream).mapped());
    }

  private:
    Execs& execs_;
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>();
    std::map<hub::PublishedStreamPtr, hub::PublishedStreamPtr> ours_;
};

class ExecsTest : public ::testing::Test {
  protected:
    ExecsTest() { registry_.addListener(listener_); }

    /// Whether the log says so in time.
    bool logSays(const std::string& text) const {
        const auto until = std::chrono::steady_clock::now() + support::kPatience;
        while (std::chrono::steady_clock::now() < until) {
            if (support::contentOf(logFile_).find(text) != std::string::npos) return true;
            std::this_thread::yield();
        }
        return false;
    }

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");
    base::Log log_{base::LogLevel::Trace, logFile_};
    config::CurrentConfig config_{std::make_shared<const config::Config>()};
    Execs execs_{log_, config_, 1};
    WithPrograms listener_{execs_};
    hub::StreamRegistry registry_{64 * 1024 * 1024, 4096};
    support::HookGate gate_;
};

TEST_F(ExecsTest, AProgramThatCannotStartTakesNoPlace) {
    {
        const support::RefusedThreads none;
        const hub::TestPublisher publisher(gate_, registry_);
        EXPECT_TRUE(logSays("v/live/one is not given to sleep: "));
    }
    hub::TestPublisher publisher(gate_, registry_);
    EXPECT_TRUE(logSays("v/live/one: sleep runs"));
}

} // namespace
} // namespace hookcast::outputs
