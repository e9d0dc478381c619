#pragma once

#include "base/Result.h"
#include "srtp/Keying.h"

#include <memory>

struct srtp_ctx_t_; // libsrtp's session

namespace hookcast::srtp {

/// Begins libsrtp, and the libraries that it reads then: to be called where somebody may wait for a disk. False: it
/// does not work; makeSession() tries again. Any thread.
bool prepare();

struct SessionDeleter {
    void operator()(srtp_ctx_t_* session) const noexcept;
};
using SessionPtr = std::unique_ptr<srtp_ctx_t_, SessionDeleter>;

/// A session of libsrtp that opens packets of whatever sources there are. An error when libsrtp has no memory or does
/// not work. Any thread; the session then belongs to one.
base::Result<SessionPtr> makeSession(const Keying& keying);

} // namespace hookcast::srtp
