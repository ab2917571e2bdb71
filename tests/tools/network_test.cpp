#include "base/hex.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/genesis.hpp"
#include "node/config.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/network/network_files.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

constexpr UnixMillis kTime{1'700'000'000'123};

crypto::PrivateKey key(std::uint8_t number) {
  crypto::PrivateKey out;
  out.raw()[31] = number;
  return out;
}

/// Node `number` listens on port 30000 + number; its keys are 2n and 2n + 1.
NodeCard card_of(std::uint8_t number, const std::string& host = "127.0.0.1") {
  const auto validator = key(static_cast<std::uint8_t>(2 * number));
  const auto transport = key(static_cast<std::uint8_t>(2 * number + 1));
  return make_card("node-" + std::to_string(number),
                   {host, static_cast<std::uint16_t>(30'000 + number)}, {validator, transport});
}

/// A folder of its own for each test, which goes with it.
struct Desk {
  explicit Desk(const std::string& name)
      : folder(fs::path(DATAPACT_BUILD_DIR) / ("network-" + name)) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (std::uint8_t number = 1; number <= 4; ++number) {
      write_file_durably(folder / ("card" + std::to_string(number) + ".json"),
                         json::to_pretty_text(card_of(number).document));
    }
  }
  ~Desk() { fs::remove_all(folder); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  NetworkSpec spec(const std::string& text) const {
    write_file_durably(folder / "consortium.toml", text);
    return read_network_spec(folder / "consortium.toml");
  }
  std::string refusal(const std::string& text) const {
    try {
      static_cast<void>(spec(text));
    } catch (const CliError& error) {
      return error.message();
    }
    return "accepted";
  }

  fs::path folder;
};

std::string organisation(int number, const std::string& more) {
  return "[[organisation]]\ndocument_hash = \"" + to_hex0x(Hash256{}) + "\"\n" + more +
         "[[organisation.account]]\naddress = \"0x00000000000000000000000000000000000000" +
         std::to_string(10 + number) + "\"\nroles = [\"admin\", \"operator\"]\n";
}

const std::string kTwo =
    "chain_id = 77\nquorum = 2\n" +
    organisation(1, "votes = true\nvalidators = [\"card1.json\", \"card2.json\"]\n") +
    organisation(2, "votes = true\nvalidators = [\"card3.json\"]\nobservers = [\"card4.json\"]\n");

bool mentions(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_SUITE("tools/network") {
  TEST_CASE("a card is read back as it was made") {
    const auto made = card_of(1, "node.example");
    const auto read = read_card(made.document, "card");
    CHECK(read.name == "node-1");
    CHECK(read.validator == crypto::address_of(key(2)));
    CHECK(read.node_id == p2p::node_id_of(crypto::public_key(key(3))));
    CHECK(p2p::to_string(read.peer()) == to_hex0x(read.node_id) + "@node.example:30001");
  }

  TEST_CASE("a card holds no private key") {
    const auto text = json::to_text(card_of(1).document);
    CHECK_FALSE(mentions(text, to_hex(key(2).view())));
    CHECK_FALSE(mentions(text, to_hex(key(3).view())));
  }

  TEST_CASE("a card whose key or address was changed is refused as forged") {
    for (const auto* member : {"validator", "transportKey", "address", "name"}) {
      auto document = card_of(1).document;
      document.set(member, *card_of(2).document.find(member));
      try {
        static_cast<void>(read_card(document, "card"));
        FAIL("accepted with another " << member);
      } catch (const CliError& error) {
        CHECK(error.code() == ExitCode::kVerification);
        CHECK(error.name() == "forged-card");
      }
    }
  }

  TEST_CASE("a card that lacks a member or has one cut short is refused with the reason") {
    const auto& whole = card_of(1).document;
    const auto refuses = [](const json::Value& document) {
      try {
        static_cast<void>(read_card(document, "card"));
        return false;
      } catch (const CliError& error) {
        return !error.message().empty();
      }
    };
    REQUIRE(whole.as_object() != nullptr);
    for (const auto& member : *whole.as_object()) {
      CAPTURE(member.first);
      auto without = json::Value::object({});
      for (const auto& other : *whole.as_object()) {
        if (other.first != member.first) without.set(other.first, other.second);
      }
      CHECK(refuses(without));
      const std::string* const text = member.second.as_string();
      REQUIRE(text != nullptr);
      for (std::size_t size = 0; size < text->size(); ++size) {
        auto cut = whole;
        cut.set(member.first, text->substr(0, size));
        CHECK(refuses(cut));
      }
    }
  }

  TEST_CASE("a description that was cut off is refused by file and rule, or says less") {
    const Desk desk("cut");
    const std::string whole(kTwo);
    for (std::size_t size = 0; size < whole.size(); size += 7) {
      CAPTURE(size);
      try {
        CHECK(desk.spec(whole.substr(0, size)).nodes.size() <= 4);
      } catch (const CliError& error) {
        CHECK_FALSE(error.message().empty());
      }
    }
  }

  TEST_CASE("a card that lacks a member or names a folder it may not is refused by name") {
    const auto refusal = [](const char* member, json::Value value) {
      auto document = card_of(1).document;
      document.set(member, std::move(value));
      try {
        static_cast<void>(read_card(document, "card"));
      } catch (const CliError& error) {
        return error.message();
      }
      return std::string("accepted");
    };
    CHECK(mentions(refusal("name", "../up"), "card: name must have 1 to 32 characters"));
    CHECK(mentions(refusal("address", "nowhere"), "card: address must be HOST:PORT"));
    CHECK(mentions(refusal("validator", 5), "card: validator must be a text"));
    CHECK(mentions(refusal("format", "x"), "card: format must be"));
  }

  TEST_CASE("a network has one genesis, and a configuration for each node that the daemon reads") {
    const Desk desk("new");
    const auto spec = desk.spec(kTwo);
    const auto folder = desk.folder / "net";
    const auto book = write_network(folder, spec, kTime);
    CHECK(book.nodes.size() == 4);
    const auto genesis = chain::load_genesis(read_json_file(folder / "genesis.json"));
    REQUIRE(genesis.has_value());
    CHECK(genesis->hash == book.genesis);
    CHECK(genesis->config.chain_id == ChainId{77});
    for (const auto& node : book.nodes) {
      const auto home = folder / "nodes" / node.card.name;
      CHECK(read_text_file(home / "genesis.json") == read_text_file(folder / "genesis.json"));
      const auto config = node::load_config(home / "node.toml");
      REQUIRE_MESSAGE(config.has_value(), config.error().message);
      REQUIRE(config->p2p.has_value());
      CHECK(config->p2p->tls);
      CHECK(config->p2p->peers.size() == 3);
      CHECK(config->p2p->port == node.card.port);
      CHECK(config->ops.has_value());
      for (const auto& entry : fs::directory_iterator(home))
        CHECK(entry.path().extension() != ".key");
    }
    CHECK(read_network(folder).genesis == book.genesis);
  }

  TEST_CASE("a second genesis in the same folder is refused: it would be another chain") {
    const Desk desk("twice");
    const auto spec = desk.spec(kTwo);
    static_cast<void>(write_network(desk.folder / "net", spec, kTime));
    CHECK_THROWS_AS(static_cast<void>(write_network(desk.folder / "net", spec, kTime)), CliError);
  }

  TEST_CASE("an added node gets the others for peers, and stands in the book") {
    const Desk desk("add");
    auto spec = desk.spec("chain_id = 77\n" +
                          organisation(1, "votes = true\nvalidators = [\"card1.json\"]\n"));
    const auto folder = desk.folder / "net";
    static_cast<void>(write_network(folder, spec, kTime));
    auto book = read_network(folder);
    add_to_network(folder, book, {card_of(2, "10.1.2.3"), 1, false});
    CHECK(read_network(folder).nodes.size() == 2);
    const auto config = node::load_config(folder / "nodes" / "node-2" / "node.toml");
    REQUIRE(config.has_value());
    CHECK(config->p2p->peers == std::vector{card_of(1).peer()});
    CHECK(config->p2p->address == "0.0.0.0");
    try {
      add_to_network(folder, book, {card_of(2), 1, false});
      FAIL("accepted twice");
    } catch (const CliError& error) {
      CHECK(mentions(error.message(), "the nodes node-2 and node-2 have the same name"));
    }
  }

  TEST_CASE("a network whose genesis was exchanged is refused") {
    const Desk desk("exchanged");
    static_cast<void>(write_network(desk.folder / "a", desk.spec(kTwo), kTime));
    static_cast<void>(
        write_network(desk.folder / "b", desk.spec(kTwo), kTime + std::chrono::hours(1)));
    fs::copy_file(desk.folder / "b" / "genesis.json", desk.folder / "a" / "genesis.json",
                  fs::copy_options::overwrite_existing);
    try {
      static_cast<void>(read_network(desk.folder / "a"));
      FAIL("accepted");
    } catch (const CliError& error) {
      CHECK(error.name() == "other-genesis");
    }
  }

  TEST_CASE("what is wrong with a spec is named with line, key and rule") {
    const Desk desk("wrong");
    const auto one = [](const std::string& more) {
      return "chain_id = 77\n" + organisation(1, more);
    };
    CHECK(mentions(desk.refusal("chain_id = 0\n"),
                   "consortium.toml:1: chain_id must be a whole number from 1 on"));
    CHECK(mentions(desk.refusal("quorum = 1\n"), "chain_id is missing"));
    CHECK(mentions(desk.refusal("chain_id = 1\nqorum = 1\n"),
                   "consortium.toml:2: qorum is unknown; did you mean quorum?"));
    CHECK(mentions(desk.refusal(one("votes = 1\n")), "votes must be true or false"));
    CHECK(mentions(desk.refusal(one("validators = [\"card1.json\"]\n")),
                   "organisation must have one with votes = true"));
    CHECK(mentions(desk.refusal(one("votes = true\n")), "nobody would make blocks"));
    CHECK(mentions(desk.refusal("quorum = 2\n" + one("votes = true\n")),
                   "quorum must be at most the 1 organisations with votes, got 2"));
    CHECK(mentions(desk.refusal(one("votes = true\nvalidators = \"card1.json\"\n")),
                   "organisation[1].validators must be a list"));
    CHECK(
        mentions(desk.refusal(one("votes = true\nvalidators = [\"card1.json\", \"card1.json\"]\n")),
                 "have the same name"));
    CHECK(mentions(desk.refusal(one("votes = true\nvalidators = [\"absent.json\"]\n")),
                   "absent.json"));
    CHECK(mentions(desk.refusal("chain_id = 1\n[[organisation]]\nvotes = true\n"),
                   "organisation[1].document_hash must be \"0x\" and 64 hex digits"));
    CHECK(mentions(desk.refusal(one("") + "roles = []\n"), "consortium.toml:"));
    CHECK(mentions(desk.refusal("chain_id = 1\n[[organisation]]\ndocument_hash = \"" +
                                to_hex0x(Hash256{}) + "\"\n"),
                   "an organisation has an account"));
  }

  TEST_CASE("an unknown role, permission or balance is refused with those that are known") {
    const Desk desk("roles");
    const auto with = [](const std::string& line) {
      return "chain_id = 77\n[[organisation]]\nvotes = true\ndocument_hash = \"" +
             to_hex0x(Hash256{}) +
             "\"\n[[organisation.account]]\n"
             "address = \"0x0000000000000000000000000000000000000011\"\n" +
             line + "\n";
    };
    CHECK(mentions(desk.refusal(with("roles = [\"king\"]")),
                   "organisation[1].account[1].roles must be of admin, registrar, bank, certifier, "
                   "regulator, operator; got \"king\""));
    CHECK(mentions(desk.refusal(with("permissions = [\"all\"]")), "must be of transact, deploy"));
    CHECK(mentions(desk.refusal(with("balance_wei = \"much\"")), "must be a number as text"));
  }
}
