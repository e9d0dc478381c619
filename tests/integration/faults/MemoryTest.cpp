// A server that gets no more memory than so much, by its address space or by its control group, under players that read
// nothing and publishers that send a lot: who cannot be served is sent away, and the process stays.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr std::size_t kPictureBytes = 4 * kMegabyte;

std::string generous() {
    return "limits { partial_size 64000000; }\n" +
           defaultVhost("queue_length 600; publish { firstpkt_timeout 600000; normal_timeout 600000; }");
}

/// So much of its address space the server has now, and `more`.
void limitAddressSpace(const HookcastServer& server, std::size_t more) {
    std::ifstream file(fmt::format("/proc/{}/statm", server.pid()));
    std::size_t pages = 0;
    file >> pages;
    const rlim_t bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + more;
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_AS, &limit, nullptr), 0);
}

void allowAddressSpace(const HookcastServer& server) {
    const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_AS, &limit, nullptr), 0);
}

TEST(LimitedMemory, OfTheAddressSpaceEndsWhoNeedsMoreAndNotTheServer) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer needs all of the address space";
#endif
    HookcastServer server(generous());
    Bystanders bystanders(server);
    limitAddressSpace(server, 48 * kMegabyte);
    std::vector<std::unique_ptr<RtmpClient>> clients;
    try {
        // Each loop's arena has 64 MB of address space from before the limit.
        for (std::uint32_t i = 0; i < 100 && server.log().count("std::bad_alloc") == 0; ++i) {
            const std::string stream = fmt::format("large-{}", i);
            clients.push_back(startPublisher(server.port(), stream));
            clients.back()->send(avcKeyframe(0, kPictureBytes));
            clients.back()->sync();
        }
    } catch (const std::exception&) {
        // One of them has been sent away.
    }
    server.waitForLog("std::bad_alloc");
    bystanders.expectToGoOn();
    clients.clear();
    allowAddressSpace(server);
    const auto publisher = startPublisher(server.port(), "later");
    publisher->send(avcKeyframe(0, kPictureBytes));
    publisher->sync();
    bystanders.expectToGoOn();
    server.stop();
}

/// A control group of memory for one server, where the test may make one.
class MemoryGroup {
  public:
    explicit MemoryGroup(std::size_t limitBytes) {
        for (const auto& [root, file] :
             {std::pair<const char*, const char*>{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
              {"/sys/fs/cgroup", "memory.max"}}) {
            std::error_code error;
            const std::filesystem::path folder =
                std::filesystem::path(root) / fmt::format("hookcast-test-{}", ::getpid());
            if (!std::filesystem::is_directory(root) || !std::filesystem::create_directory(folder, error)) continue;
            std::ofstream limit(folder / file);
            if (limit << limitBytes << std::flush) {
                folder_ = folder;
                return;
            }
            std::filesystem::remove(folder, error);
        }
    }
    ~MemoryGroup() {
        std::error_code error;
        if (exists()) std::filesystem::remove(folder_, error);
    }
    MemoryGroup(const MemoryGroup&) = delete;
    MemoryGroup& operator=(const MemoryGroup&) = delete;

    bool exists() const { return !folder_.empty(); }

    /// Words before a command that is to run in it.
    std::vector<std::string> prefix() const {
        return {"sh", "-c", fmt::format("echo $$ >{}/cgroup.procs && exec \"$@\"", folder_.string()), "sh"};
    }

  private:
    std::filesystem::path folder_;
};

/// The kernel kills who takes more than a group has, so the server's own limits have to keep it below.
TEST(LimitedMemory, OfAControlGroupIsNotReachedByPlayersWhoReadNothing) {
    constexpr std::size_t kLimitBytes = 192 * kMegabyte;
    const MemoryGroup group(memoryAllowance(kLimitBytes));
    if (!group.exists()) GTEST_SKIP() << "the test may make no control group of memory here";
    {
        HookcastServer server(defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }"), {},
                              {"127.0.0.1", group.prefix()});
        Bystanders bystanders(server);
        const auto publisher = startPublisher(server.port(), "large");
        publisher->send(avcKeyframe(0));
        std::vector<std::unique_ptr<RtmpClient>> players;
        for (int i = 0; i < 100; ++i) players.push_back(startPlayer(server.port(), "large", "live", 4096));
        // 400 MiB, of which nobody takes anything.
        for (std::uint32_t i = 1; i <= 100; ++i) publisher->send(avcKeyframe(i * 40, kPictureBytes));
        publisher->sync();
        bystanders.expectToGoOn();
        server.stop();
    }
}

} // namespace
} // namespace hookcast::integration
