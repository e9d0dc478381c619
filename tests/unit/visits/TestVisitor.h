#pragma once

#include "visits/Visitor.h"

#include <exception>
#include <string>
#include <vector>

namespace hookcast::visits {

/// A session that is none: it notes what its visit asks of it. On the test's loop.
class TestVisitor final : public Visitor {
  public:
    net::SessionPort::Traffic traffic() const override { return now; }
    void endLater(const std::string& reason) override { endedBy = reason; }
    void endAfterFailure(const std::exception& why) noexcept override {
        endedBy = std::string("internal error: ") + why.what();
    }
    void onEvicted(const std::string& reason) override { evictedBy = reason; }
    void setAdmitted(bool isAdmitted) override { admitted.push_back(isAdmitted); }
    void suspend() override { ++suspensions; }
    void expect(std::int64_t withinMs, const char* otherwise) override {
        expectedWithinMs = withinMs;
        expected = otherwise;
    }
    void expectNothing() override { expected.clear(); }

    net::SessionPort::Traffic now{0, 0};
    std::string endedBy;
    std::string evictedBy;
    std::vector<bool> admitted; ///< each time that it was told
    int suspensions = 0;
    std::int64_t expectedWithinMs = 0;
    std::string expected; ///< what becomes of it otherwise; empty: nothing is expected
};

} // namespace hookcast::visits
