#pragma once

#include "hub/WireFormat.h"
#include "hub/WireLog.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hookcast::hub {

/// A format that a test can read: `<body@time>` for a frame, `{metadata|video|audio@time}` for a preamble. Frames that
/// begin with `-` cannot be carried.
class TextFormat final : public WireFormat {
  public:
    explicit TextFormat(std::string name = "text") : name_(std::move(name)) {}

    std::string_view name() const override { return name_; }
    std::unique_ptr<WireEncoder> makeEncoder() const override { return std::make_unique<Encoder>(*this); }

    /// The headers that the newest encoder began with, as in a preamble. Between two calls from the loop.
    const std::string& begunWith() const { return begunWith_; }

    /// How many frames have been written.
    std::size_t appended() const { return appended_; }

  private:
    class Encoder final : public WireEncoder {
      public:
        explicit Encoder(const TextFormat& format) : format_(format) {}

        void begin(const StreamHeaders& headers) override {
            const base::Bytes text = preamble(headers, 0);
            format_.begunWith_ = base::asText(text);
        }

        void append(const media::Frame& frame, WireLog& log) override {
            ++format_.appended_;
            const std::string body = bodyOf(frame);
            if (body.starts_with('-')) return;
            log.append(base::asBytes("<" + body + "@" + std::to_string(frame.dtsMs) + ">"));
        }

        base::Bytes preamble(const StreamHeaders& headers, std::int64_t dtsMs) override {
            std::string text = "{";
            for (const auto& header : {headers.metadata, headers.videoConfig, headers.audioConfig})
                text += (text.size() > 1 ? "|" : "") + (header == nullptr ? std::string("-") : bodyOf(*header));
            text += "@" + std::to_string(dtsMs) + "}";
            return {text.begin(), text.end()};
        }

        bool carriesMetadata() const override { return true; }

      private:
        static std::string bodyOf(const media::Frame& frame) { return std::string(base::asText(frame.body)); }

        const TextFormat& format_;
    };

    std::string name_;
    mutable std::atomic<std::size_t> appended_{0};
    mutable std::string begunWith_;
};

} // namespace hookcast::hub
