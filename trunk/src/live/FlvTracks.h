#pragma once

#include "config/Config.h"
#include "hub/WireFormat.h"
#include "media/MetadataTracks.h"

namespace hookcast::live {

/// Whether it is settled which kinds of media an FLV file of the stream holds: all that is announced has come, and
/// something is announced; or both have come. What is announced and silent, or comes unannounced, is not settled.
bool areTracksKnown(const hub::StreamHeaders& headers);

/// What an FLV file of the stream is to announce (FLV 10.1, E.2): what has come; while nothing has, what is announced;
/// where nothing is announced either, or with `guess_has_av off`, what `has_audio` and `has_video` say.
media::Tracks announcedTracks(const hub::StreamHeaders& headers, const config::HttpRemuxConfig& remux);

} // namespace hookcast::live
