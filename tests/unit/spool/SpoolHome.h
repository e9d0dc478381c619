#pragma once

#include "base/Log.h"
#include "spool/DiskSpool.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"
#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::spool {

/// A folder with a spool in it, which may end and begin again.
class SpoolHome : public ::testing::Test {
  protected:
    SpoolHome() {
        terms_.path = folder_.file("a/srs");
        terms_.windowMs = 1;
        terms_.retryMs = 20;
    }

    void begin() { spool_ = std::make_unique<DiskSpool>(terms_, clock_, log_); }

    /// What another process finds after a SIGKILL: the files as they are now. The journal is copied first: what leaves
    /// it meanwhile is in the database by then.
    void beginFromCopy() {
        const std::filesystem::path copy = folder_.file("copy" + std::to_string(++copies_));
        std::filesystem::create_directory(copy);
        for (const char* end : {".journal.0", ".journal.1", ".db", ".db-wal"})
            if (std::filesystem::exists(terms_.path + end))
                std::filesystem::copy(terms_.path + end, (copy / "srs").string() + end);
        terms_.path = (copy / "srs").string();
        killed_.push_back(std::move(spool_));
        begin();
    }

    static hooks::KeptTargets targets(const std::string& url, std::uint32_t from = 1) {
        return {{url, "srs", config::HttpMethod::Post, config::ClientIdForm::Integer, 30000, from}};
    }

    static hooks::HookEvent event(hooks::HookAction action, const std::string& client, const std::string& id) {
        auto info = support::someClient();
        support::changeIdentity(*info, [&client](hooks::ClientIdentity& who) { who.name.id = client; });
        hooks::HookEvent event = support::eventOf(action, info, support::namedStream("one"));
        event.id = id;
        return event;
    }

    std::vector<hooks::OwedEvent> owed(const std::string& url, std::size_t most = 100) {
        std::vector<hooks::OwedEvent> found;
        support::Event read;
        spool_->readOwed(url, most, [&](std::vector<hooks::OwedEvent> events) {
            found = std::move(events);
            read.happen();
        });
        EXPECT_TRUE(read.wait());
        return found;
    }

    std::vector<std::string> owedIds(const std::string& url) {
        std::vector<std::string> ids;
        for (const hooks::OwedEvent& one : owed(url)) ids.push_back(one.event.id);
        return ids;
    }

    std::vector<hooks::SpoolEntry> entries(const hooks::SpoolQuery& query = {}) {
        std::vector<hooks::SpoolEntry> found;
        support::Event read;
        spool_->read(query, [&](std::vector<hooks::SpoolEntry> all) {
            found = std::move(all);
            read.happen();
        });
        EXPECT_TRUE(read.wait());
        return found;
    }

    support::TempDir folder_;
    support::FakeClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    DiskSpool::Terms terms_;
    int copies_ = 0;
    std::vector<std::unique_ptr<DiskSpool>> killed_;
    std::unique_ptr<DiskSpool> spool_;
};

} // namespace hookcast::spool
