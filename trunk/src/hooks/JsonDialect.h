#pragma once

#include "base/JsonWriter.h"
#include "base/Result.h"
#include "config/Config.h"
#include "hooks/HookDialect.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// What the dialects of SRS's JSON hooks have in common: the fields that every event begins with, and how answers are
/// read. A dialect of them is a row of config::kHookDialects and a class that writes the rest of each event.
/// Stateless but for the ids of the server; any thread.
class JsonDialect : public HookDialect {
  public:
    static constexpr const char* kContentType = "application/json";

    HookRequest write(const HookEvent& event, const HookTarget& target) const override;

    /// A closing is judged as an opening is: what the backend does not accept is worth a line in the log.
    Judgement judge(HookAction, const HookResponse& response) const override { return judge(response, traits_); }

    std::string messageFor(const HookResponse& refusal) const override;

    AnswerDataReading dataIn(const HookResponse& yes) const override;

    /// As its `data.ttl` says, else as its Cache-Control.
    std::optional<std::int64_t> keepMs(const HookResponse& answer) const override;

    std::string_view name() const override { return traits_.name; }

    std::string_view directiveOf(HookAction action) const override { return nameOf(action); }

    const std::string& serverId() const { return serverId_; }
    const std::string& serviceId() const { return serviceId_; }

    /// The body of the call. `clientIdForm`: Integer or String; `tellsId`: with the event's id.
    std::string write(const HookEvent& event, config::ClientIdForm clientIdForm, bool tellsId = true) const;

    /// Ok when the backend admits: a status of the dialect's, and a body that is `0` once surrounding white space is
    /// cut, or a JSON object whose integer `code` is 0. Else the reason for the refusal.
    static Judgement judge(const HookResponse& response, const config::HookDialectTraits& traits);

  protected:
    /// `serverId` outlives the process, `serviceId` does not; `traits` is the dialect's row.
    JsonDialect(std::string serverId, std::string serviceId, const config::HookDialectTraits& traits);

    /// What an event has behind the fields of all events.
    virtual void writeRest(base::JsonWriter& json, const HookEvent& event, config::ClientIdForm clientIdForm) const = 0;

  private:
    std::string serverId_;
    std::string serviceId_;
    const config::HookDialectTraits& traits_;
};

// For the dialects.

/// `vhost/app/stream`; SRS writes the default vhost as no vhost at all.
std::string streamUrlOf(const ClientInfo& client, const NamedStream& stream);

/// Why and how it ended.
void writeClosing(base::JsonWriter& json, const Closing& closing);

/// What a publisher or player has come to.
void writeProgress(base::JsonWriter& json, const HookEvent::Update& update);

/// The stream's name as the client has it, where a backend has given it another one.
void writeAskedName(base::JsonWriter& json, const NamedStream& stream);

/// A segment of HLS and where it is, in SRS's order.
void writeSegment(base::JsonWriter& json, const HlsSegment& segment);

/// What the client has shown of who it is, where it was asked. Only openings have it.
void writeCredentials(base::JsonWriter& json, const ClientInfo& client);

/// Whom a publisher replaces, where it does.
void writeReplaced(base::JsonWriter& json, const HookEvent::Publish& publish, config::ClientIdForm clientIdForm);

} // namespace hookcast::hooks
