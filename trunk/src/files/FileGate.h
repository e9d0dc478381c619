#pragma once

#include "base/Result.h"
#include "files/RecordedFiles.h"
#include "hooks/ClientGate.h"
#include "hooks/Ticket.h"
#include "http/HttpHandler.h"
#include "hub/Services.h"
#include "net/SessionPort.h"

#include <functional>
#include <optional>
#include <string>

namespace hookcast::files {

/// One client before a recording: asked about like a player of the stream that was recorded, and for the backends a
/// player until it has got what it wants. Loop thread of its session only.
class FileGate {
  public:
    /// What the client says.
    struct Visit {
        std::string url;     ///< whole
        std::string param;   ///< the query with its `?`, byte for byte
        std::string pageUrl; ///< Referer
    };

    using OnVerdict = std::function<void(const base::Result<void>&)>;

    /// `services` outlives this.
    FileGate(hub::Services& services, Visit visit, http::HttpPort& port);
    ~FileGate() { close("closed"); }
    FileGate(const FileGate&) = delete;
    FileGate& operator=(const FileGate&) = delete;

    /// Asks whether the client may connect and play. `onVerdict` is called later, on the loop, unless close() comes
    /// first. Once; not for a claim with a refusal.
    void ask(const RecordedFiles::Claim& claim, const OnVerdict& onVerdict);

    /// Cancels what is asked, and ends what was permitted: the backends are told how much the client has got. Where
    /// nothing was asked, nothing happens.
    void close(const std::string& reason);

    /// Empty where nothing was asked.
    std::string vhostName() const { return gate_ ? gate_->vhostName() : std::string(); }

  private:
    void askToPlay(const std::string& stream, const std::string& streamId, const OnVerdict& onVerdict);

    // given
    hub::Services& services_;
    Visit visit_;
    http::HttpPort& port_;
    // owned; the ticket ends before the connection's own
    std::optional<hooks::ClientGate> gate_;
    std::optional<hooks::Ticket> ticket_;
    // state
    net::SessionPort::Traffic since_{}; ///< the connection's traffic when it was asked
};

} // namespace hookcast::files
