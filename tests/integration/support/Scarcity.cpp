#include "support/Scarcity.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <filesystem>
#include <set>

namespace hookcast::integration {

namespace {

void setLimit(const HookcastServer& server, rlim_t descriptors) {
    rlimit limit{};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
    limit.rlim_cur = descriptors;
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
}

rlim_t mostOf(const HookcastServer& server) {
    rlimit limit{};
    EXPECT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
    return limit.rlim_max;
}

} // namespace

FewDescriptors::FewDescriptors(const HookcastServer& server, std::size_t more) : server_(server) {
    std::set<unsigned long> taken;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", server.pid())))
        taken.insert(std::stoul(entry.path().filename()));
    // The lowest number that is free is the next one's.
    rlim_t limit = 0;
    for (std::size_t free = 0;; ++limit)
        if (!taken.contains(limit) && free++ == more) break;
    setLimit(server, limit);
}

FewDescriptors::~FewDescriptors() {
    setLimit(server_, mostOf(server_));
}

} // namespace hookcast::integration
