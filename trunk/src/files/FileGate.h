#pragma once

#include "base/Result.h"
#include "files/RecordedFiles.h"
#include "http/HttpHandler.h"
#include "net/EndReasons.h"
#include "net/SessionPort.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <functional>
#include <optional>
#include <string>

namespace hookcast::files {

/// One client before a recording: asked about like a player of the stream that was recorded, and for the backends a
/// player until it has got what it wants. Loop thread of its session only.
class FileGate final : private visits::PortVisitor {
  public:
    /// What the client says.
    struct Wish {
        std::string url;     ///< whole
        std::string param;   ///< the query with its `?`, byte for byte
        std::string pageUrl; ///< Referer
    };

    using OnVerdict = std::function<void(const base::Result<void>&)>;

    /// `services` outlives this.
    FileGate(visits::Services& services, Wish wish, http::HttpPort& port);
    ~FileGate() override { close(net::kClosed); }
    FileGate(const FileGate&) = delete;
    FileGate& operator=(const FileGate&) = delete;

    /// Asks whether the client may connect and play. `onVerdict` is called later, on the loop, unless close() comes
    /// first. Once; not for a claim with a refusal.
    void ask(const RecordedFiles::Claim& claim, const OnVerdict& onVerdict);

    /// Cancels what is asked, and ends what was permitted: the backends are told how much the client has got. Where
    /// nothing was asked, nothing happens.
    void close(const std::string& reason);

    /// Empty where nothing was asked.
    std::string vhostName() const { return visit_ ? visit_->vhostName() : std::string(); }

  private:
    // visits::Visitor: of the connection's traffic what this file has caused; and the session waits by itself
    net::SessionPort::Traffic traffic() const override;
    void suspend() override {}

    void askToPlay(const OnVerdict& onVerdict);

    // given
    visits::Services& services_;
    Wish wish_;
    http::HttpPort& port_;
    // owned
    std::optional<visits::Visit> visit_;
    // state
    net::SessionPort::Traffic since_{}; ///< the connection's traffic when it was asked
};

} // namespace hookcast::files
