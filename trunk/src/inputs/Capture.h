#pragma once

#include "config/Config.h"
#include "hub/StreamRegistry.h"
#include "hub/StreamReporter.h"
#include "inputs/ServerContext.h"
#include "inputs/SourceReader.h"
#include "media/PacketConverter.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::inputs {

/// A stream that is fetched from elsewhere: reads its source, asks the backends as every publisher does once the source
/// has delivered something, publishes, and begins again when the source is lost.
///
/// An attempt fails when the source cannot be opened, is lost or silent, or when the backends or the busy check refuse
/// the stream. The pause before the next one doubles from kFirstPauseMs to kLongestPauseMs, shortened by chance to as
/// little as half, while attempts in a row fail; after reconnect_limit of them the capture is given up. Players stay.
///
/// Loop thread only. Teardown: stop(); the reader then dies on a thread of its own.
class Capture final : public std::enable_shared_from_this<Capture> {
  public:
    static constexpr std::int64_t kFirstPauseMs = 1000;
    static constexpr std::int64_t kLongestPauseMs = 30'000;

    /// From 0 to 1.
    using Random = std::function<double()>;

    Capture(ServerContext& context, net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost,
            std::shared_ptr<const config::CaptureConfig> config, Random random);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// Once.
    void start();

    /// Ends everything, with its closing events. Once.
    void stop(const std::string& reason);

  private:
    using Frames = std::vector<media::ConvertedFrame>;

    /// One connection to the source, and what the backends think of it; a new client to them each time.
    struct Attempt final : visits::Visitor, std::enable_shared_from_this<Attempt> {
        explicit Attempt(Capture& itsCapture) : capture(itsCapture) {}

        // visits::Visitor; ended, it comes back like any source that is lost
        net::SessionPort::Traffic traffic() const override { return {0, receivedBytes}; }
        void endLater(const std::string& reason) override;
        void endAfterFailure(const std::exception& why) noexcept override;
        void onEvicted(const std::string& reason) override { capture.lose(reason); }
        void setAdmitted(bool /*isAdmitted*/) override {}

        Capture& capture;
        std::unique_ptr<SourceReader> reader;
        Frames waiting; ///< for the publication; bounded by the reader's queue
        std::uint64_t receivedBytes = 0;
        std::optional<visits::Visit> visit; ///< once there is something to publish
    };

    void connect();
    SourceReader::Output makeOutput();
    void onFrames(Frames frames);
    void ask();
    void publish();
    void begin();
    void write(const Frames& frames);
    void endAttempt(const std::string& reason);
    void lose(const std::string& reason);
    void giveUp(const std::string& reason);
    std::int64_t pauseMs();
    hooks::StreamPath path() const;
    visits::Wish wish() const;
    hooks::StreamKey key() const;
    const std::string& who() const { return logName_; }

    // given
    ServerContext& context_;
    net::Loop& loop_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::shared_ptr<const config::CaptureConfig> config_;
    Random random_;
    std::string logName_;
    std::int64_t sinceUnixS_;                        ///< when it began
    base::TracedClients::Introduction introduction_; ///< between its attempts, too
    // owned
    std::shared_ptr<hub::StreamReporter> reporter_;
    std::shared_ptr<Attempt> attempt_; ///< null between two; what comes from an earlier one finds it gone
    net::Timer retryTimer_;
    // state
    hooks::Reconnects reconnects_;
    bool isLogged_ = false; ///< that the source is lost, until it is back
    bool stopped_ = false;
};

} // namespace hookcast::inputs
