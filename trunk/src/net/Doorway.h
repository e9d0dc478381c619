#pragma once

#include "base/Bytes.h"
#include "net/ProxyHeader.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hookcast::net {

/// What a connection passes before its input is a session's: a chain of steps, each of which reads from the front of
/// the input until it is done; the next one goes on behind. Loop thread only.
class Doorway {
  public:
    class Step {
      public:
        /// It cannot tell yet. It says so of a bounded number of bytes only, as all of them are kept.
        struct More {};

        struct Done {
            std::size_t sizeBytes = 0;           ///< of the input, which nobody behind sees
            std::optional<ProxiedClient> client; ///< who it is, where the step has learned that
        };

        struct Refused {
            std::string why; ///< for the log and the backends
        };

        using Verdict = std::variant<More, Done, Refused>;

        virtual ~Step() = default;

        /// `input` is all that has come since the step before was done, and not empty.
        virtual Verdict look(base::ByteSpan input) = 0;

        /// After More: the reason that ends the connection when no more comes in time. Null: whatever the session
        /// says of a silent client.
        virtual const char* lateness() const = 0;
    };

    using Steps = std::vector<std::unique_ptr<Step>>;

    /// What further input has led to.
    struct Progress {
        enum class State {
            Waiting, ///< for more
            Refused, ///< `why` says it; nothing follows
            Passed,  ///< `rest` is the session's, and all that follows
        };

        State state = State::Waiting;
        std::string why;
        std::size_t takenBytes = 0;          ///< by steps that are done since the last time
        std::optional<ProxiedClient> client; ///< learned since the last time
        base::ByteSpan rest;                 ///< lives as long as the input and this doorway
    };

    explicit Doorway(Steps steps) : steps_(std::move(steps)) {}

    /// Not once it is passed, or has refused.
    Progress enter(base::ByteSpan input);

    /// Of the step that waits; see there.
    const char* lateness() const { return steps_.empty() ? nullptr : steps_.front()->lateness(); }

  private:
    void keep(base::ByteSpan input);

    // owned
    Steps steps_; ///< those that are not done, the next one first
    // state
    base::Bytes kept_; ///< what the first of them has looked at already
};

} // namespace hookcast::net
