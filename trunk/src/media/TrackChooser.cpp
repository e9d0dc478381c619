#include "media/TrackChooser.h"

#include "media/PacketConverter.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

namespace hookcast::media {

namespace {

std::span<AVProgram* const> programsOf(const AVFormatContext& source) {
    return {source.programs, source.nb_programs};
}

std::span<const unsigned> tracksOf(const AVProgram& program) {
    return {program.stream_index, program.nb_stream_indexes};
}

bool hasMedia(const AVFormatContext& source, const AVProgram& program) {
    return std::ranges::any_of(tracksOf(program), [&source](unsigned index) {
        return index < source.nb_streams && PacketConverter::carries(*source.streams[index]->codecpar);
    });
}

void append(std::string& text, unsigned count, std::string_view what) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} other {}{}", count, what, count == 1 ? "" : "s");
}

} // namespace

bool TrackChooser::takes(const AVFormatContext& source, int index) {
    if (const AVProgram* const program = chooseProgram(source)) programId_ = program->id;
    choose(source, AVMEDIA_TYPE_VIDEO, 1, video_);
    choose(source, AVMEDIA_TYPE_AUDIO, wish_.audioTrack, audio_);
    return index == video_ || index == audio_;
}

const AVProgram* TrackChooser::chooseProgram(const AVFormatContext& source) {
    const auto programs = programsOf(source);
    const int wanted = wish_.program != 0 ? static_cast<int>(wish_.program) : programId_;
    const auto named = std::ranges::find_if(
        programs, [&](const AVProgram* one) { return one->id == wanted && hasMedia(source, *one); });
    if (named != programs.end()) return *named;
    if (wish_.program != 0) return nullptr;
    const auto first =
        std::ranges::find_if(programs, [&source](const AVProgram* one) { return hasMedia(source, *one); });
    return first == programs.end() ? nullptr : *first;
}

bool TrackChooser::isInScope(const AVFormatContext& source, int index) const {
    const auto programs = programsOf(source);
    if (programs.empty()) return wish_.program == 0;
    return std::ranges::any_of(programs, [&](const AVProgram* one) {
        return one->id == programId_ && std::ranges::count(tracksOf(*one), static_cast<unsigned>(index)) > 0;
    });
}

void TrackChooser::choose(const AVFormatContext& source, AVMediaType type, unsigned number, int& chosen) const {
    if (chosen < 0 || !isInScope(source, chosen)) chosen = nth(source, type, number);
}

int TrackChooser::nth(const AVFormatContext& source, AVMediaType type, unsigned number) const {
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVCodecParameters& codec = *source.streams[i]->codecpar;
        const auto index = static_cast<int>(i);
        if (codec.codec_type == type && PacketConverter::carries(codec) && isInScope(source, index) && --number == 0)
            return index;
    }
    return -1;
}

unsigned TrackChooser::others(const AVFormatContext& source, AVMediaType type, int chosen) const {
    unsigned count = 0;
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVCodecParameters& codec = *source.streams[i]->codecpar;
        const auto index = static_cast<int>(i);
        const bool counts = codec.codec_type == type && PacketConverter::carries(codec);
        if (counts && index != chosen && isInScope(source, index)) ++count;
    }
    return count;
}

std::string TrackChooser::leftOut(const AVFormatContext& source) const {
    const auto programs = std::ranges::count_if(
        programsOf(source), [&](const AVProgram* one) { return one->id != programId_ && hasMedia(source, *one); });
    std::string text;
    append(text, static_cast<unsigned>(programs), "programme");
    append(text, others(source, AVMEDIA_TYPE_VIDEO, video_), "picture track");
    append(text, others(source, AVMEDIA_TYPE_AUDIO, audio_), "sound track");
    return text;
}

} // namespace hookcast::media
