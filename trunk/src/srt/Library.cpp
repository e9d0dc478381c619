#include "srt/Library.h"

#include "base/Clock.h"

#include <srt/logging_api.h>
#include <srt/srt.h>

#include <stdexcept>

namespace hookcast::srt {

Library::Library(base::Log& log) : log_(log) {
    srt_setloglevel(LOG_ERR);
    srt_setlogflags(SRT_LOGF_DISABLE_TIME | SRT_LOGF_DISABLE_THREADNAME | SRT_LOGF_DISABLE_SEVERITY |
                    SRT_LOGF_DISABLE_EOL);
    srt_setloghandler(this, onMessage);
    if (srt_startup() < 0) throw std::runtime_error("libsrt does not start");
}

Library::~Library() {
    srt_cleanup();
    srt_setloghandler(nullptr, nullptr);
}

void Library::onMessage(void* library, int /*level*/, const char* /*file*/, int /*line*/, const char* /*area*/,
                        const char* message) {
    static_cast<Library*>(library)->write(message);
}

void Library::write(std::string_view message) {
    while (message.starts_with(": ")) message.remove_prefix(2);
    while (message.ends_with('\n')) message.remove_suffix(1);
    const std::lock_guard lock(mutex_);
    const auto count = gate_.admit(base::SystemClock().monotonicMs());
    if (!count) return;
    log_.warn("libsrt", "{} ({} messages)", base::printable(message), *count);
}

} // namespace hookcast::srt
