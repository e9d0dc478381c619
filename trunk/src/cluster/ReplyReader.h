#pragma once

#include <Poco/Redis/Type.h>

#include <cstddef>
#include <functional>
#include <string>

namespace hookcast::cluster {

/// Reads what a Redis answers (RESP 2) as it comes, in pieces of any size. Poco reads the same, but believes every
/// length and every depth that it is told. One thread.
class ReplyReader {
  public:
    using Reply = Poco::Redis::RedisType::Ptr;

    /// Puts at most so many bytes there and returns how many, at least one; throws when none come any more.
    using Source = std::function<std::size_t(char* into, std::size_t mostBytes)>;

    /// What an answer may be.
    static constexpr std::size_t kMostBytes = 64UL * 1024 * 1024;
    static constexpr std::size_t kMostElements = 1'000'000; ///< of all its lists together
    static constexpr std::size_t kMostDepth = 8;            ///< of lists in lists

    explicit ReplyReader(Source source) : source_(std::move(source)) {}

    /// The next answer. Throws std::runtime_error where it is none, and whatever the source throws; nothing can be read
    /// behind that.
    Reply next();

  private:
    Reply element(std::size_t depth);
    Reply bulk(const std::string& size);
    Reply list(const std::string& size, std::size_t depth);
    std::string line();
    void fill();
    void drop(std::size_t bytes);

    // given
    Source source_;
    // state
    std::string buffer_;         ///< what has come
    std::size_t at_ = 0;         ///< so much of it is read
    std::size_t takenBytes_ = 0; ///< of the answer
    std::size_t elements_ = 0;   ///< likewise
};

} // namespace hookcast::cluster
