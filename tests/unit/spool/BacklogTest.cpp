// A hundred thousand events that are owed.
#include "unit/spool/SpoolHome.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <string>

namespace hookcast::spool {
namespace {

using hooks::HookAction;

constexpr std::size_t kEvents = 100'000;
constexpr std::size_t kClients = 1000;
constexpr const char* kUrl = "http://x";

// A sanitizer keeps what has been freed for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSeesMemory = false;
#else
constexpr bool kSeesMemory = true;
#endif

/// What this process has in memory.
std::size_t residentBytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

class BacklogTest : public SpoolHome {
  protected:
    /// `count` more, of all clients in turn; returns when they are on the disk.
    void owe(std::size_t count) {
        constexpr std::size_t kAtOnce = 2000;
        for (std::size_t i = 0; i < count; ++i, ++owedSoFar_) {
            const std::string client = std::to_string(owedSoFar_ % kClients);
            const std::string id = std::to_string(owedSoFar_);
            const auto number = spool_->owe(event(HookAction::Stop, client, id), targets(kUrl), 0);
            spool_->leave(number, 0, kUrl, 0);
            if (i % kAtOnce == 0) owed(kUrl, 1);
        }
        owed(kUrl, 1);
    }

    std::size_t owedSoFar_ = 0;
};

TEST_F(BacklogTest, IsOnTheDiskAndDrainsInOrder) {
    begin();
    owe(kEvents / 10);
    const std::size_t before = residentBytes();
    owe(kEvents - kEvents / 10);
    const std::size_t events = kEvents - kEvents / 10;
    if (kSeesMemory) {
        EXPECT_LT(residentBytes(), before + events * 100) << "an event alone is far longer than that";
    }

    std::map<std::string, std::size_t> newest; // of each client
    std::size_t told = 0;
    while (told < kEvents) {
        constexpr std::size_t kAtOnce = 500;
        const auto some = owed(kUrl, kAtOnce);
        ASSERT_FALSE(some.empty()) << "after " << told;
        for (const hooks::OwedEvent& one : some) {
            const std::size_t id = std::stoul(one.event.id);
            const auto [known, isFirst] = newest.emplace(one.event.client->id(), id);
            if (!isFirst) {
                ASSERT_EQ(id, known->second + kClients);
            }
            known->second = id;
            spool_->settle(one.number, true);
        }
        told += some.size();
    }
    EXPECT_EQ(owed(kUrl, 1).size(), 0U);
    EXPECT_EQ(spool_->figures().dropped, 0U);
}

} // namespace
} // namespace hookcast::spool
