#include "outputs/Recorder.h"

#include "hub/StreamEvents.h"

#include <exception>
#include <utility>

namespace hookcast::outputs {

namespace {

constexpr std::int64_t kOverflowLogMs = 10'000;

} // namespace

Recorder::Recorder(RecorderContext& context, net::Loop& loop, hub::PublishedStreamPtr stream,
                   std::function<void()> onDone)
    : context_(context), loop_(loop), stream_(std::move(stream)), onDone_(std::move(onDone)),
      lane_(context.admission.openLane(loop, stream_->vhost, stream_->opening.client->logName())),
      recording_(stream_->vhost->dvr, stream_->key, surroundings()), overflowGate_(kOverflowLogMs) {}

Recording::Surroundings Recorder::surroundings() {
    const std::string& who = stream_->opening.client->logName();
    return {loop_.clock(),
            [this](const Recording::FilePtr& file, RecordedFile about) { finish(file, std::move(about)); },
            [this, who](const DiskError& error) {
                context_.log.error(who, "{} is not recorded: {}", base::printable(stream_->key.text()), error.text);
                context_.events.emergency("recorder", stream_->key.text() + ": " + error.text);
            },
            [this, who] { context_.log.trace(who, "{} is recorded again", base::printable(stream_->key.text())); },
            [this, who](const std::string& codecs) {
                context_.log.warn(who, "the recording of {} is without {}, which its format does not carry",
                                  base::printable(stream_->key.text()), codecs);
            }};
}

void Recorder::onFrame(const media::FramePtr& frame) {
    loop_.assertCurrent();
    {
        const std::lock_guard lock(mutex_);
        if (!fits(*frame)) return;
        queue_.push_back(frame);
        queuedBytes_ += frame->body.size();
    }
    drainLater();
}

bool Recorder::fits(const media::Frame& frame) {
    const bool isMedia = frame.role == media::FrameRole::Media || frame.role == media::FrameRole::Keyframe;
    const bool isKeyframe = frame.role == media::FrameRole::Keyframe && !frame.isExtra;
    hasVideo_ = hasVideo_ || isKeyframe;
    const std::size_t wouldWaitBytes = queuedBytes_ + frame.body.size();
    // Everything that follows needs the headers; they are few, unless a publisher wants to fill the memory.
    const bool isFull = wouldWaitBytes > context_.queueBytes * (isMedia ? 1 : 2);
    const bool maySkipTo = isKeyframe || !hasVideo_;
    if (isMedia) skips_ = isFull || (skips_ && !maySkipTo);
    const bool isLeftOut = isMedia ? skips_ : isFull;
    if (!isLeftOut) return true;
    ++context_.framesLeftOut;
    if (const auto count = overflowGate_.admit(loop_.clock().monotonicMs()))
        context_.log.warn(stream_->opening.client->logName(),
                          "{} frames of {} are not recorded: the disk is behind by dvr_queue", *count,
                          base::printable(stream_->key.text()));
    return false;
}

void Recorder::onEnd() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    drainLater();
}

void Recorder::drainLater() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(draining_, true)) return;
    }
    context_.writing.post([self = shared_from_this()] { self->drain(); });
}

void Recorder::drain() {
    for (Batch batch = takeBatch(); !batch.isEmpty(); batch = takeBatch()) {
        record(batch);
        if (!batch.isLast) continue;
        // Behind the last file.
        context_.finishing.post([self = shared_from_this()] { self->loop_.post([self] { self->onDone_(); }); });
        return;
    }
}

/// What throws, as the machine has no memory, costs the rest of the batch: the recording goes on, and ends.
void Recorder::record(const Batch& batch) {
    std::size_t left = batch.frames.size();
    const auto guarded = [this](const auto& step) {
        try {
            step();
        } catch (const std::exception& e) {
            context_.log.error(stream_->opening.client->logName(), "internal error while {} was recorded: {}",
                               base::printable(stream_->key.text()), e.what());
        }
    };
    guarded([&] {
        for (const media::FramePtr& frame : batch.frames) {
            recording_.take(frame);
            --left;
        }
        recording_.flush();
    });
    context_.framesLeftOut += left;
    if (batch.isLast) guarded([this] { recording_.end(); });
}

/// An empty one is the end of this drain: whoever puts something in the queue from then on begins another.
Recorder::Batch Recorder::takeBatch() {
    const std::lock_guard lock(mutex_);
    Batch batch{std::exchange(queue_, {}), ended_};
    queuedBytes_ = 0;
    draining_ = !batch.isEmpty();
    return batch;
}

void Recorder::finish(const Recording::FilePtr& file, RecordedFile about) {
    context_.finishing.post([self = shared_from_this(), file, about = std::move(about)]() mutable {
        if (about.isThere) {
            DiskError error = file->finish();
            if (!about.error) about.error = std::move(error);
            about.sizeBytes = file->sizeBytes();
            about.path = file->path();
        } else {
            file->discard();
        }
        self->loop_.post([self, about = std::move(about)] { self->tell(about); });
    });
}

void Recorder::tell(const RecordedFile& file) {
    const std::string& who = stream_->opening.client->logName();
    if (file.isThere) {
        context_.log.trace(who, "recorded {} to {} ({} bytes, {} ms){}", base::printable(stream_->key.text()),
                           base::printable(file.path), file.sizeBytes, file.toUnixMs - file.fromUnixMs,
                           file.error ? ", which is not whole: " + file.error.text : "");
        context_.admission.tell(lane_, hooks::recordingOf(stream_->opening, {context_.workingDirectory, file.path}));
    }
    tellWebhooks(file);
}

void Recorder::tellWebhooks(const RecordedFile& file) const {
    hooks::DvrEventData data;
    data.stream = hub::describe(*stream_);
    data.stream.state = hooks::StreamState::Active;
    data.range.from = file.fromUnixMs / 1000;
    data.range.to = file.toUnixMs / 1000;
    data.range.size = static_cast<std::int64_t>(file.sizeBytes);
    data.error = {file.error.text, file.error.number};
    data.ctime = file.fromUnixMs / 1000;
    data.atime = loop_.clock().unixS();
    context_.events.post(hooks::dvrEvent(data));
}

} // namespace hookcast::outputs
