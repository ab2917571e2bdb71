// datapact devnet: up, down, status, logs, genesis.
#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "node/config.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/devnet/node_process.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace datapact::tools {
namespace {

using contracts::ContractId;

struct UpFlags {
  std::string folder = "devnet";
  std::optional<std::uint16_t> port;
};
constexpr std::uint16_t kDefaultPort = 8545;

/// 2100-01-01.
constexpr std::uint64_t kGenesisTimeMax = 4'102'444'800;

/// 1,000 of the currency for provider and buyer, in 10^-6.
const uint256 kFirstDeposit{1'000'000'000};

/// Waits until the node answers; its early end is an error that points at the log.
void wait_until_up(Session& session, const fs::path& node, pid_t pid) {
  const auto deadline = session.clock.monotonic() + session.timeout();
  for (;;) {
    try {
      static_cast<void>(session.rpc().call("eth_chainId", json::Value::array()));
      return;
    } catch (const CliError& error) {
      if (error.code() != ExitCode::kConnection) throw;
    }
    if (running_node(node) != pid) {
      const std::string log = read_text_file(node / "log");
      throw CliError(
          ExitCode::kConfig, "node-failed",
          "the node did not start: " + log.substr(log.size() > 400 ? log.size() - 400 : 0),
          "see " + (node / "log").string());
    }
    if (session.clock.monotonic() > deadline)
      throw CliError(ExitCode::kConnection, "timeout", "the node does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// The bank credits provider and buyer: the network's first transactions.
FinalTxn first_deposits(Session& session) {
  session.insecure_key = to_hex0x(devnet_key(to_string(DevnetRole::kBank)));
  ChainClient chain(session);
  FinalTxn last;
  for (const auto role : {DevnetRole::kProvider, DevnetRole::kBuyer}) {
    const Hash256 posting =
        crypto::keccak256(as_bytes("devnet deposit " + std::string(to_string(role))));
    last = chain.transact(ContractId::kSettlement, "deposit",
                          {devnet_address(role), kFirstDeposit, posting});
  }
  return last;
}

/// The beginning of a sale, to paste as it is: the network's own genesis.json serves as the file,
/// and a new network's first version has a known id.
std::string next_commands(const fs::path& folder) {
  const auto command = [&](DevnetRole role, const std::string& rest) {
    return fmt::format("{} --config {} {}\n", fs::read_symlink("/proc/self/exe").string(),
                       devnet_settings_file(folder, role).string(), rest);
  };
  const auto version = trade::version_id(
      {ChainId{kDevnetChainId}, contracts::predeploy_address(ContractId::kDatasetRegistry)}, 1, 1);
  const std::string request = (folder / "request.json").string();
  return command(DevnetRole::kProvider, "data register " + (folder / "genesis.json").string()) +
         command(DevnetRole::kBuyer, "deal request " + to_hex0x(version) + " --out " + request) +
         command(DevnetRole::kProvider, "deal offer " + request + " --amount 10");
}

/// A node that answers at an occupied port would be another network's.
void require_free_port(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool taken =
      ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  const int reason = errno;
  ::close(descriptor);
  if (!taken) return;
  throw CliError(ExitCode::kConnection, "port-occupied",
                 fmt::format("cannot listen on 127.0.0.1:{}: {}", port,
                             std::generic_category().message(reason)),
                 "choose another port with --port");
}

/// The port of an existing network is that of its files.
std::uint16_t port_of(const UpFlags& flags, const fs::path& node, bool is_new) {
  if (is_new) return flags.port.value_or(kDefaultPort);
  const auto config = node::load_config(node / "node.toml");
  if (!config) fail_file("config", config.error().message);
  if (flags.port.value_or(config->rpc.port) != config->rpc.port) {
    fail_usage(fmt::format("--port {} differs from {} in {}", *flags.port, config->rpc.port,
                           (node / "node.toml").string()));
  }
  return config->rpc.port;
}

void up(Session& session, const UpFlags& flags) {
  session.require_wait("devnet up", "it reports the network's first final transactions");
  const auto start = session.clock.monotonic();
  const fs::path folder = fs::absolute(flags.folder);
  const fs::path node = folder / "node";
  const bool is_new = !fs::exists(folder / "genesis.json");
  if (running_node(node)) {
    throw CliError(ExitCode::kFailed, "already-up",
                   "the network in " + folder.string() + " is running already",
                   "datapact devnet status --dir " + folder.string());
  }
  const std::uint16_t port = port_of(flags, node, is_new);
  require_free_port(port);
  const BlockHash genesis = is_new ? write_devnet(folder, port, session.clock, session.random)
                                   : read_genesis_hash(folder);
  const pid_t pid = start_node(node);
  const std::string url = fmt::format("http://127.0.0.1:{}", port);
  session.settings.set_flag("rpc", "url", url, "--port");
  wait_until_up(session, node, pid);
  if (is_new) first_deposits(session);
  const std::chrono::duration<double> spent = session.clock.monotonic() - start;
  json::Value accounts = json::Value::object({});
  Rows rows{{"endpoint", url}, {"genesis", to_hex0x(genesis)}, {"folder", folder.string()}};
  for (const auto role : kDevnetRoles) {
    accounts.set(std::string(to_string(role)), to_hex0x(devnet_address(role)));
    rows.emplace_back(std::string(to_string(role)), to_hex0x(devnet_address(role)));
  }
  rows.emplace_back("first final", fmt::format("{:.2f} s after the command", spent.count()));
  session.out.result(json::Value::object({{"url", url},
                                          {"genesis", to_hex0x(genesis)},
                                          {"folder", folder.string()},
                                          {"pid", std::to_string(pid)},
                                          {"seconds", spent.count()},
                                          {"accounts", std::move(accounts)}}),
                     rows);
  if (is_new)
    session.out.note("next:\n" + next_commands(folder), "接下来：\n" + next_commands(folder));
}

void down(Session& session, const std::string& folder) {
  const fs::path node = fs::path(folder) / "node";
  const auto pid = running_node(node);
  if (!pid) fail_not_found("no network is running in " + folder);
  if (!stop_node(node, *pid)) {
    throw CliError(ExitCode::kFailed, "still-running",
                   fmt::format("the node (process {}) has not stopped", *pid));
  }
  session.out.result(json::Value::object({{"stopped", std::to_string(*pid)}}), "stopped");
}

void status(Session& session, const std::string& folder) {
  const auto pid = running_node(fs::path(folder) / "node");
  if (!pid)
    fail_not_found("no network is running in " + folder, "datapact devnet up --dir " + folder);
  session.out.result(
      json::Value::object(
          {{"pid", std::to_string(*pid)}, {"genesis", to_hex0x(read_genesis_hash(folder))}}),
      Rows{{"process", std::to_string(*pid)}, {"genesis", to_hex0x(read_genesis_hash(folder))}});
}

/// The file itself on stdout, whatever the format: it is JSON.
void genesis(Session& session, const std::string& time) {
  const auto seconds = parse_number("--time", time);
  if (seconds > uint256{kGenesisTimeMax})
    fail_usage(fmt::format("--time must be at most {} s, got {}", kGenesisTimeMax, time));
  const auto document =
      devnet_genesis(std::chrono::seconds(static_cast<std::int64_t>(seconds.low_u64())));
  session.out.raw(json::to_pretty_text(document));
}

void logs(Session& session, const std::string& folder) {
  const std::string text = read_text_file(fs::path(folder) / "node" / "log", 1U << 30U);
  session.out.result(text, text);
}

}  // namespace

void add_devnet_commands(Commands& commands) {
  CLI::App& group =
      commands.group("devnet", "a network on this machine with keys known to everyone");
  auto flags = std::make_shared<UpFlags>();
  CLI::App& u = commands.verb(group, "up", "make and start it; starts it again when it is there",
                              [flags](Session& s) { up(s, *flags); });
  u.add_option("--dir", flags->folder, "where its files go");
  u.add_option("--port", flags->port, "JSON-RPC port on 127.0.0.1, 8545 when not given");
  const auto simple = [&](const char* name, const char* purpose,
                          void (*run)(Session&, const std::string&)) {
    auto folder = std::make_shared<std::string>("devnet");
    commands.verb(group, name, purpose, [=](Session& s) { run(s, *folder); })
        .add_option("--dir", *folder, "its files");
  };
  simple("down", "stop it; its files stay", down);
  simple("status", "whether it runs", status);
  simple("logs", "what the node wrote", logs);
  auto time = std::make_shared<std::string>(std::to_string(kDevnetGenesisSeconds));
  commands
      .verb(group, "genesis", "print the genesis.json it would be given",
            [time](Session& s) { genesis(s, *time); })
      .add_option("--time", *time, "Unix seconds of the first block; default 2025-01-01");
}

}  // namespace datapact::tools
