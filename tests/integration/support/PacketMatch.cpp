#include "support/PacketMatch.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

namespace hookcast::integration {

namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

/// 0 where one of them is not known.
std::int64_t difference(std::optional<std::int64_t> received, std::optional<std::int64_t> sent, std::int64_t offset) {
    return received && sent ? *received - *sent - offset : 0;
}

/// One stream's packets, and by how much its times may be off.
class Comparison {
  public:
    Comparison(const char* what, const std::vector<PacketHash>& received, const std::vector<PacketHash>& sent)
        : what_(what), received_(received), sent_(sent) {}

    /// Finds the place where all bytes are the same; `mostLost` packets may lack at the end.
    AssertionResult bytes(std::size_t least, std::size_t mostLost = 0) {
        if (received_.size() < least || received_.size() > sent_.size())
            return AssertionFailure() << received_.size() << " of " << sent_.size() << " " << what_ << " packets";
        const std::size_t last = sent_.size() - received_.size();
        std::size_t best = 0;
        for (skipped_ = last + 1; skipped_-- > 0 && last - skipped_ <= mostLost;) {
            const std::size_t same = sameBytes();
            if (same == received_.size()) return AssertionSuccess();
            best = std::max(best, same);
        }
        return AssertionFailure() << what_ << " packet " << best << " of " << received_.size() << ", of "
                                  << received_[best].sizeBytes << " bytes, is not what was sent";
    }

    /// What the time of the first packet that has one is off by.
    std::int64_t offsetMs() const {
        for (std::size_t i = 0; i < received_.size(); ++i) {
            if (received_[i].ptsMs) return *received_[i].ptsMs - sentOf(i).ptsMs.value_or(0);
        }
        return 0;
    }

    AssertionResult times(std::int64_t offsetMs, const PacketMatch& match, std::size_t from = 0) const {
        for (std::size_t i = from; i < received_.size(); ++i) {
            const std::int64_t pts = difference(received_[i].ptsMs, sentOf(i).ptsMs, offsetMs);
            const std::int64_t dts = match.decodeTimes ? difference(received_[i].dtsMs, sentOf(i).dtsMs, offsetMs) : 0;
            if (std::max(std::llabs(pts), std::llabs(dts)) > match.toleranceMs)
                return AssertionFailure() << what_ << " packet " << i << " of " << received_.size() << " is off by "
                                          << pts << " ms (pts) and " << dts << " ms (dts)";
        }
        return AssertionSuccess();
    }

  private:
    /// How many packets, from the first on, are those that were sent.
    std::size_t sameBytes() const {
        std::size_t same = 0;
        while (same < received_.size() && received_[same].hash == sentOf(same).hash) ++same;
        return same;
    }

    const PacketHash& sentOf(std::size_t received) const { return sent_[skipped_ + received]; }

    const char* what_;
    const std::vector<PacketHash>& received_;
    const std::vector<PacketHash>& sent_;
    std::size_t skipped_ = 0; ///< packets that were sent before the first one received
};

} // namespace

AssertionResult isTailOf(const PacketHashes& received, const PacketHashes& sent, const PacketMatch& match) {
    Comparison video("video", received.video, sent.video);
    Comparison audio("audio", received.audio, sent.audio);
    if (AssertionResult same = video.bytes(match.leastVideo); !same) return same;
    if (AssertionResult same = audio.bytes(match.leastAudio, match.mostAudioLost); !same) return same;
    if (!match.times) return AssertionSuccess();
    if (AssertionResult same = video.times(video.offsetMs(), match); !same) return same;
    return audio.times(video.offsetMs(), match, match.firstAudioTime ? 0 : 1);
}

} // namespace hookcast::integration
