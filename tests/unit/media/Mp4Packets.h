#pragma once

#include "base/Bytes.h"
#include "media/LibavHandles.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::media {

/// What libavformat finds in a file that is in memory.
struct ReadFile {
    struct Track {
        AVCodecID codec = AV_CODEC_ID_NONE;
        std::string tag;
        int width = 0;
        int height = 0;
        int sampleRate = 0;
        int channels = 0;
        AVRational timeBase{0, 1};
    };
    struct Packet {
        int track = 0;
        std::int64_t dts = 0;
        std::int64_t pts = 0;
        bool isKey = false;
        base::Bytes bytes;
    };

    std::vector<Track> tracks;
    std::vector<Packet> packets;
    int error = 0;

    std::vector<Packet> of(int track) const {
        std::vector<Packet> found;
        std::copy_if(packets.begin(), packets.end(), std::back_inserter(found),
                     [track](const Packet& packet) { return packet.track == track; });
        return found;
    }
};

inline ReadFile readMp4(const base::Bytes& file) {
    struct Source {
        const base::Bytes& bytes;
        std::size_t at = 0;
    } source{file};
    const auto read = [](void* self, std::uint8_t* to, int size) {
        auto& from = *static_cast<Source*>(self);
        const std::size_t count = std::min<std::size_t>(size, from.bytes.size() - from.at);
        if (count == 0) return AVERROR_EOF;
        std::copy_n(from.bytes.begin() + static_cast<std::ptrdiff_t>(from.at), count, to);
        from.at += count;
        return static_cast<int>(count);
    };
    silenceLibav();
    ReadFile result;
    const AvIoPtr io = makeAvIo(4096, &source, read, nullptr);
    AvInputPtr input(avformat_alloc_context());
    input->pb = io.get();
    input->flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN; // what stands there, and nothing better known
    result.error = openAvInput(input, "", av_find_input_format("mp4"));
    if (result.error < 0) return result;
    for (unsigned i = 0; i < input->nb_streams; ++i) {
        const AVCodecParameters& facts = *input->streams[i]->codecpar;
        ReadFile::Track track;
        track.codec = facts.codec_id;
        for (unsigned shift = 0; shift < 32; shift += 8) track.tag += static_cast<char>(facts.codec_tag >> shift);
        track.width = facts.width;
        track.height = facts.height;
        track.sampleRate = facts.sample_rate;
        track.channels = facts.ch_layout.nb_channels;
        track.timeBase = input->streams[i]->time_base;
        result.tracks.push_back(track);
    }
    const AvPacketPtr packet(av_packet_alloc());
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        ReadFile::Packet one;
        one.track = packet->stream_index;
        one.dts = packet->dts;
        one.pts = packet->pts;
        one.isKey = (packet->flags & AV_PKT_FLAG_KEY) != 0;
        one.bytes.assign(packet->data, packet->data + packet->size);
        result.packets.push_back(std::move(one));
        av_packet_unref(packet.get());
    }
    return result;
}

} // namespace hookcast::media
