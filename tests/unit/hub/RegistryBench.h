#pragma once

#include "hub/StreamRegistry.h"
#include "hub/StreamReporter.h"
#include "unit/hub/RelayBench.h"
#include "unit/hub/TextFormat.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hub {

const hooks::StreamKey& streamOne();

config::VhostConfig promptVhost();

/// Notes what is wanted, in the order in which it was told.
class NotedDemand final : public Demand {
  public:
    void onWanted(const hooks::StreamKey& key) override { told.push_back("+" + key.stream); }
    void onUnwanted(const hooks::StreamKey& key) override { told.push_back("-" + key.stream); }

    std::vector<std::string> told; ///< between two calls into the registry
};

/// A session on a gate's loop that publishes. The methods are for the test's thread.
class TestPublisher {
  public:
    TestPublisher(support::HookGate& gate, StreamRegistry& registry, const hooks::StreamKey& key = streamOne(),
                  const ClaimTerms& terms = {});
    ~TestPublisher();
    TestPublisher(const TestPublisher&) = delete;
    TestPublisher& operator=(const TestPublisher&) = delete;

    void key(std::uint32_t ms, const std::string& body);
    void video(std::uint32_t ms, const std::string& body);
    void audio(std::uint32_t ms, const std::string& body);
    void config(const std::string& body);

    void attach(StreamReporter& reporter);

    void end();

    bool isPublishing();

    /// Why it was ended from outside; empty: it was not.
    std::string evictedBy();

  private:
    void start(hooks::Ticket ticket, Reservation reservation);
    void publish(hooks::Ticket ticket);
    void write(media::FrameKind kind, media::FrameRole role, std::uint32_t ms, const std::string& body);

    support::HookGate& gate_;
    StreamRegistry& registry_;
    Claimant claimant_;
    std::optional<Reservation> reservation_;
    std::unique_ptr<Publication> publication_;
    std::string evictedBy_;
};

/// A session on a gate's loop that plays.
class TestPlayer {
  public:
    TestPlayer(support::HookGate& gate, StreamRegistry& registry, const WireFormat& format,
               const hooks::StreamKey& key = streamOne());
    ~TestPlayer();
    TestPlayer(const TestPlayer&) = delete;
    TestPlayer& operator=(const TestPlayer&) = delete;

    void leave();

    void giveRoom();

    std::string got();

    /// See Playback.
    bool wasPublished() const { return playback_->wasPublished(); }

    support::Subscriber subscriber;

  private:
    support::HookGate& gate_;
    std::unique_ptr<Playback> playback_;
};

} // namespace hookcast::hub
