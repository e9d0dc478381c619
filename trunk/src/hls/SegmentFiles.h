#pragma once

#include "base/Bytes.h"
#include "base/Log.h"
#include "base/Result.h"
#include "base/WorkerThread.h"
#include "hls/FileOwners.h"
#include "hls/Segment.h"
#include "net/Loop.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace hookcast::hls {

/// Segments that are on the disk only (hls_memory off), read on a thread of their own. However many viewers fetch one
/// at a time, it is in memory once, for as long as somebody is sent it. Any thread; the loops outlive it.
class SegmentFiles {
  public:
    using OnRead = std::function<void(const base::Result<BytesPtr>&)>;

    SegmentFiles(base::Log& log, std::shared_ptr<const FileOwners> owners)
        : owners_(std::move(owners)), disk_(log, "hls files") {}

    /// Reads `name` below `folder`; see Folder. An error for what no stream of `vhost` writes: after a reload, the
    /// folder may be one in which others have files of that name. `onRead` is called on `loop`, later, unless `alive`
    /// has died by then.
    void read(const std::string& vhost, const std::string& folder, const std::string& name, net::Loop& loop,
              const std::weak_ptr<const void>& alive, OnRead onRead);

  private:
    base::Result<BytesPtr> load(const std::string& vhost, const std::string& folder, const std::string& name);

    // given
    std::shared_ptr<const FileOwners> owners_;
    // state, of the thread
    std::unordered_map<std::string, std::weak_ptr<const base::Bytes>> present_; ///< by path
    // owned; ends first
    base::WorkerThread disk_;
};

} // namespace hookcast::hls
