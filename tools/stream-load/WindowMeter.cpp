#include "WindowMeter.h"

namespace hookcast::load {

void WindowMeter::look(double passedSeconds) {
    if (begin_ || options_.watchPid == 0 || passedSeconds < options_.rampSeconds + kSettleSeconds) return;
    begin_ = useOf(options_.watchPid);
    beginSeconds_ = passedSeconds;
    beginBytes_ = metrics_.bytes;
}

Window WindowMeter::finish(double passedSeconds) const {
    Window window;
    const std::optional<ProcessUse> end = useOf(options_.watchPid);
    if (!begin_ || !end) return window;
    window.seconds = passedSeconds - beginSeconds_;
    window.bytes = metrics_.bytes - beginBytes_;
    window.use = *end;
    window.use.userSeconds -= begin_->userSeconds;
    window.use.systemSeconds -= begin_->systemSeconds;
    return window;
}

} // namespace hookcast::load
