#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::base {

/// Of whom every line is logged, whatever the level: the clients that `log_client` names. A line only knows the name
/// of who speaks, so whoever has a name in the log introduces himself first. Any thread.
class TracedClients {
  public:
    struct Client {
        std::string logName;      ///< `rtmp-12`
        std::uint64_t number = 0; ///< 0: none
        std::string address;
        std::string id; ///< empty: not known yet
    };

    /// That the log knows a client: several may tell of the same one. Its death ends that; outlived by what it is of.
    class Introduction {
      public:
        Introduction() = default;
        Introduction(Introduction&& other) noexcept
            : clients_(std::exchange(other.clients_, nullptr)), place_(other.place_), own_(std::move(other.own_)) {}
        Introduction& operator=(Introduction&& other) noexcept;
        ~Introduction() { end(); }

      private:
        friend class TracedClients;
        struct Known {
            const Client* client;
            mutable bool isTraced; ///< it is not what it is found by
        };
        struct ByName {
            using is_transparent = void;

            static std::string_view nameOf(std::string_view name) { return name; }
            static std::string_view nameOf(const Known& known) { return known.client->logName; }
            bool operator()(const auto& one, const auto& other) const { return nameOf(one) < nameOf(other); }
        };
        using Everybody = std::multiset<Known, ByName>;

        Introduction(TracedClients& clients, Everybody::iterator place) : clients_(&clients), place_(place) {}
        void end();

        TracedClients* clients_ = nullptr;
        Everybody::iterator place_;
        std::unique_ptr<const Client> own_; ///< null: whoever has been introduced outlives it
    };

    [[nodiscard]] Introduction introduce(Client client);

    /// The same of one that outlives what it is given.
    [[nodiscard]] Introduction introduceLasting(const Client& client);

    /// Traces whom these words name, and nobody else, from now on: an address, a network, a number, an id, or a name in
    /// the log. Those who are there already, too.
    void trace(std::vector<std::string> words);

    /// Costs next to nothing while nobody is traced.
    bool includes(std::string_view logName) const {
        return isAnybodyMeant_.load(std::memory_order_relaxed) && find(logName);
    }

    /// Why a word can name nobody; empty when it can.
    static std::string faultIn(std::string_view word);

  private:
    bool isMeant(const Client& client) const;
    bool find(std::string_view logName) const;

    std::atomic<bool> isAnybodyMeant_{false};
    mutable std::shared_mutex mutex_;
    std::vector<std::string> words_;     ///< guarded by mutex_
    Introduction::Everybody introduced_; ///< by name; guarded by mutex_
};

} // namespace hookcast::base
