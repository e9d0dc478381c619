#include "srt/Library.h"

#include <srt/logging_api.h>
#include <srt/srt.h>

#include <stdexcept>
#include <string_view>

namespace hookcast::srt {

namespace {

void writeLog(void* log, int /*level*/, const char* /*file*/, int /*line*/, const char* /*area*/, const char* message) {
    std::string_view text = message;
    while (text.ends_with('\n')) text.remove_suffix(1);
    static_cast<base::Log*>(log)->info("libsrt", "{}", base::printable(text));
}

} // namespace

Library::Library(base::Log& log) {
    srt_setloglevel(LOG_ERR);
    srt_setlogflags(SRT_LOGF_DISABLE_TIME | SRT_LOGF_DISABLE_THREADNAME | SRT_LOGF_DISABLE_SEVERITY |
                    SRT_LOGF_DISABLE_EOL);
    srt_setloghandler(&log, writeLog);
    if (srt_startup() < 0) throw std::runtime_error("libsrt does not start");
}

Library::~Library() {
    srt_cleanup();
    srt_setloghandler(nullptr, nullptr);
}

} // namespace hookcast::srt
