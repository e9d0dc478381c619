#include "net/Watched.h"

#include "net/Reactor.h"

#include <Poco/AbstractObserver.h>
#include <Poco/Exception.h>
#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <sys/eventfd.h>
#include <sys/stat.h>

#include <exception>
#include <memory>
#include <typeinfo>
#include <utility>

namespace hookcast::net {

namespace {

using Poco::Net::ErrorNotification;
using Poco::Net::ReadableNotification;
using Poco::Net::WritableNotification;

/// A descriptor that is somebody else's, as the sockets that Poco polls are its own. It is told apart from all others
/// by its address, even when its number is used again: a round of events keeps those that it has found alive.
class Borrowed final : public Poco::Net::StreamSocketImpl {
  public:
    explicit Borrowed(int fd) : StreamSocketImpl(fd) {}
    ~Borrowed() override { reset(); }

    void replace(int fd) { reset(fd); }
};

/// Makes Poco poll for what `Notification` is about, and hears nothing itself. Of those of one socket, there is one.
template <typename Notification>
class Wish final : public Poco::AbstractObserver {
  public:
    void notify(Poco::Notification* /*notification*/) const override {}
    bool equals(const AbstractObserver& other) const override { return typeid(other) == typeid(Wish); }
    bool accepts(Poco::Notification* notification, const char* /*name*/) const override {
        return typeid(*notification) == typeid(Notification);
    }
    AbstractObserver* clone() const override { return std::make_unique<Wish>(*this).release(); }
    void disable() override {}
};

/// Hears of everything that Poco polls for, and of errors, which a poll always tells of; makes it poll for nothing.
class Hearer final : public Poco::AbstractObserver {
  public:
    explicit Hearer(Watched& watched) : watched_(&watched) {}

    void notify(Poco::Notification* notification) const override {
        if (watched_ != nullptr) watched_->onPolled(eventOf(*notification));
    }
    bool equals(const AbstractObserver& other) const override { return typeid(other) == typeid(Hearer); }
    bool accepts(Poco::Notification* /*notification*/, const char* /*name*/) const override { return false; }
    AbstractObserver* clone() const override { return std::make_unique<Hearer>(*this).release(); }
    void disable() override { watched_ = nullptr; }

  private:
    static Watch::Event eventOf(const Poco::Notification& notification) {
        if (typeid(notification) == typeid(ReadableNotification)) return Watch::Event::Readable;
        if (typeid(notification) == typeid(WritableNotification)) return Watch::Event::Writable;
        return Watch::Event::Failed;
    }

    Watched* watched_;
};

bool isSocket(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

} // namespace

Watched::Watched(Reactor& reactor, int fd, Watch::Interest wanted, Watch::OnEvent onEvent)
    : reactor_(reactor), fd_(fd), onEvent_(std::move(onEvent)), socket_(Poco::Net::StreamSocket(new Borrowed(fd))),
      serial_(reactor.enter(*this)), isSocket_(isSocket(fd)) {
    try {
        reactor_.addEventHandler(socket_, Hearer(*this));
        want(wanted);
        if (!polled_.readable && !polled_.writable) pollAnew();
    } catch (...) {
        leave();
        throw;
    }
}

void Watched::want(Watch::Interest wanted) {
    wanted_ = wanted;
    if (isLost_) return;
    if (wanted.readable && !polled_.readable) {
        reactor_.addEventHandler(socket_, Wish<ReadableNotification>());
        polled_.readable = true;
    }
    if (wanted.writable && !polled_.writable) {
        reactor_.addEventHandler(socket_, Wish<WritableNotification>());
        polled_.writable = true;
    }
    heedHangUps();
}

void Watched::onPolled(Watch::Event event) {
    if (wanted_.covers(event))
        reactor_.tell(*this, event);
    else
        pollNoMore(event);
}

void Watched::onHangUp() {
    reactor_.tell(*this, wanted_.readable ? Watch::Event::Readable : Watch::Event::Failed);
}

void Watched::pollNoMore(Watch::Event event) {
    if (event == Watch::Event::Readable) {
        reactor_.removeEventHandler(socket_, Wish<ReadableNotification>());
        polled_.readable = false;
    } else {
        reactor_.removeEventHandler(socket_, Wish<WritableNotification>());
        polled_.writable = false;
    }
    pollAnew();
    heedHangUps();
}

/// Only what is added makes Poco look at what is polled for, be it there already; and it must be something.
void Watched::pollAnew() {
    reactor_.addEventHandler(socket_, Wish<ErrorNotification>());
}

void Watched::leave() {
    if (hasLeft_) return;
    hasLeft_ = true;
    if (isHeeded_ && !isLost_) reactor_.heedHangUps(*this, false);
    reactor_.leave(*this);
    if (!isLost_) {
        try {
            takeOutOfPoll();
            return;
        } catch (const Poco::Exception&) { // NOLINT(bugprone-empty-catch): its descriptor is closed already
        }
    }
    // By its number, Poco would take another one out. With one of our own in its place it forgets all that it keeps.
    try {
        const Descriptor standIn(::eventfd(0, EFD_CLOEXEC), "eventfd");
        static_cast<Borrowed*>(socket_.impl())->replace(standIn.get());
        pollAnew();
        takeOutOfPoll();
    } catch (const std::exception&) {
        // Out of descriptors: Poco keeps a socket that it is never told of again.
        static_cast<Borrowed*>(socket_.impl())->replace(-1);
    }
}

void Watched::takeOutOfPoll() {
    reactor_.removeEventHandler(socket_, Wish<ReadableNotification>());
    reactor_.removeEventHandler(socket_, Wish<WritableNotification>());
    reactor_.removeEventHandler(socket_, Wish<ErrorNotification>());
    reactor_.removeEventHandler(socket_, Hearer(*this));
}

void Watched::heedHangUps() {
    // A socket that has hung up is readable and writable: that it says so is enough.
    const bool isNeeded = !isSocket_ || (!polled_.readable && !polled_.writable);
    if (isNeeded == isHeeded_) return;
    isHeeded_ = isNeeded;
    reactor_.heedHangUps(*this, isNeeded);
}

} // namespace hookcast::net
