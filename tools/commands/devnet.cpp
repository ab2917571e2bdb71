// datapact devnet: up, down, status, logs, genesis.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "node/config.hpp"
#include "node/start_error.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/chain_follower.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/rpc_client.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/system.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/devnet/devnet_folder.hpp"
#include "tools/devnet/first_sale.hpp"
#include "tools/devnet/node_process.hpp"
#include "tools/devnet/production_files.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::ContractId;

struct UpFlags {
  std::string folder = "devnet";
  std::optional<std::uint16_t> port;
  std::optional<std::size_t> validators;
  std::optional<std::uint64_t> block_period_ms;
  bool production_like = false;
};
struct NodeFlags {
  std::string folder = "devnet";
  std::size_t node = 1;
  bool follows = false;
  std::uint64_t count = 0;
};

constexpr std::uint16_t kDefaultPort = 8545;
/// `--port 0`: one that is free.
constexpr std::uint16_t kAnyPort = 0;
/// Another program may take a port between its choice and the node's start.
constexpr int kStartsMax = 5;
constexpr std::uint64_t kPeriodMsMax = 60'000;

/// Whoever else has taken the port may never answer.
constexpr std::chrono::seconds kAnswerTimeout{1};
constexpr auto kPortLost = "port-lost";
constexpr std::size_t kLogBytesMax = 1U << 30U;
/// Of a log, when its end is quoted.
constexpr std::size_t kQuotedBytesMax = 400;

/// 2100-01-01.
constexpr std::uint64_t kGenesisTimeMax = 4'102'444'800;

/// 1,000 of the currency for provider and buyer, in 10^-6.
const uint256 kFirstDeposit{1'000'000'000};

struct RunningNode {
  fs::path folder;
  pid_t pid = 0;
  /// What its log had before it was started.
  std::size_t old_log_bytes = 0;
};

std::string url_of(std::uint16_t port) { return fmt::format("http://127.0.0.1:{}", port); }

/// Why it ended early: what comes of it by its exit code, the words from the end of what it wrote.
[[noreturn]] void fail_node(const RunningNode& node, int code) {
  std::string log = read_text_file(node.folder / "log", kLogBytesMax);
  log.erase(0, node.old_log_bytes);
  if (log.size() > kQuotedBytesMax) log.erase(0, log.size() - kQuotedBytesMax);
  const bool port_lost = code == static_cast<int>(node::ExitCode::kConnection);
  throw CliError(ExitCode::kConfig, port_lost ? kPortLost : "node-failed",
                 node.folder.filename().string() + " did not start: " + log,
                 "see " + (node.folder / "log").string());
}

/// Waits until the first node, which answers at `url`, has all the others for peers.
void wait_until_up(Session& session, const std::string& url,
                   const std::vector<RunningNode>& nodes) {
  const auto deadline = session.clock.monotonic() + session.timeout();
  const auto wanted = to_quantity(std::uint64_t{nodes.size() - 1});
  RpcClient rpc(url, kAnswerTimeout);
  for (;;) {
    // First: another network's node could answer at a port that ours lost.
    for (const auto& node : nodes) {
      if (const auto code = exit_code(node.pid)) fail_node(node, *code);
    }
    if (session.clock.monotonic() > deadline)
      throw CliError(ExitCode::kConnection, "timeout", "the nodes do not find each other");
    try {
      const auto peers = rpc.call("net_peerCount", json::Value::array());
      if (peers.as_string() != nullptr && *peers.as_string() == wanted) return;
    } catch (const CliError& error) {
      if (error.code() != ExitCode::kConnection) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// The first node's RPC port is asked for, the rest are free ones.
std::vector<NodePorts> choose_ports(std::size_t nodes, std::uint16_t rpc, RandomSource& random) {
  auto free = free_ports(nodes * 3, random);
  std::erase(free, rpc);
  std::vector<NodePorts> ports(nodes);
  auto next = free.begin();
  for (auto& one : ports) {
    one.rpc = &one == &ports.front() ? rpc : *next++;
    one.p2p = *next++;
    one.ops = *next++;
  }
  return ports;
}

RunningNode start_one(const fs::path& node) {
  std::error_code none;
  const auto bytes = fs::file_size(node / "log", none);
  return {node, start_node(node), none ? 0 : static_cast<std::size_t>(bytes)};
}

std::vector<RunningNode> start_nodes(const fs::path& folder, const std::vector<fs::path>& folders,
                                     std::uint16_t rpc, RandomSource& random) {
  // A production arrangement's ports are in the cards that its nodes have signed.
  if (!is_production_like(folder))
    write_node_configs(folder, choose_ports(folders.size(), rpc, random));
  std::vector<RunningNode> nodes;
  nodes.reserve(folders.size());
  for (const auto& node : folders) nodes.push_back(start_one(node));
  return nodes;
}

void stop_nodes(const std::vector<RunningNode>& nodes) {
  for (const auto& node : nodes) ask_to_stop(node.pid);
  for (const auto& node : nodes) {
    if (stop_node(node.folder, node.pid)) continue;
    throw CliError(
        ExitCode::kFailed, "still-running",
        fmt::format("{} (process {}) has not stopped", node.folder.filename().string(), node.pid));
  }
}

std::vector<RunningNode> running_nodes(const fs::path& folder) {
  std::vector<RunningNode> nodes;
  for (const auto& node : node_folders(folder)) {
    if (const auto pid = running_node(node)) nodes.push_back({node, *pid});
  }
  return nodes;
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

/// A node that answers at an occupied port would be another network's.
void require_free_port(std::uint16_t port) {
  const int reason = listen_error(port);
  if (reason == 0) return;
  throw CliError(ExitCode::kConnection, "port-occupied",
                 fmt::format("cannot listen on 127.0.0.1:{}: {}", port,
                             std::generic_category().message(reason)),
                 "choose another port with --port");
}

std::uint16_t free_port(RandomSource& random) { return free_ports(1, random).front(); }

/// Of a new network.
std::uint16_t port_of(const UpFlags& flags, RandomSource& random) {
  const std::uint16_t asked = flags.port.value_or(kDefaultPort);
  return asked == kAnyPort ? free_port(random) : asked;
}

/// The port of an existing network is that of its files.
std::uint16_t port_of_files(const UpFlags& flags, const fs::path& node) {
  const auto config = node::load_config(node / "node.toml");
  if (!config) fail_file("config", config.error().message);
  if (flags.port && *flags.port != kAnyPort && *flags.port != config->rpc.port) {
    fail_usage(fmt::format("--port must be {}, which {} fixes, got {}", config->rpc.port,
                           (node / "node.toml").string(), *flags.port),
               "leave the flag out");
  }
  return config->rpc.port;
}

/// "node1, node2".
std::string names_of(const std::vector<RunningNode>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const auto& node : nodes) names.push_back(node.folder.filename().string());
  return fmt::format("{}", fmt::join(names, ", "));
}

json::Value json_of(const std::vector<RunningNode>& nodes) {
  json::Value out = json::Value::array();
  for (const auto& node : nodes) {
    out.push(json::Value::object(
        {{"name", node.folder.filename().string()}, {"pid", std::to_string(node.pid)}}));
  }
  return out;
}

void check_ranges(const UpFlags& flags) {
  if (flags.validators && (*flags.validators == 0 || *flags.validators > kDevnetValidatorsMax)) {
    fail_usage(fmt::format("--validators must be from 1 to {}, got {}", kDevnetValidatorsMax,
                           *flags.validators));
  }
  if (flags.block_period_ms &&
      (*flags.block_period_ms == 0 || *flags.block_period_ms > kPeriodMsMax)) {
    fail_usage(fmt::format("--block-period-ms must be from 1 to {}, got {}", kPeriodMsMax,
                           *flags.block_period_ms));
  }
}

/// What made the network cannot be asked for anew.
void check_same_shape(const UpFlags& flags, const fs::path& folder, const DevnetGenesis& genesis) {
  const auto require = [&](std::string_view flag, std::optional<std::uint64_t> asked,
                           std::uint64_t fixed) {
    if (!asked || *asked == fixed) return;
    fail_usage(fmt::format("{} must be {}, which {} fixes, got {}", flag, fixed,
                           (folder / "genesis.json").string(), *asked),
               "leave the flag out, or make another network in another folder with --dir");
  };
  require("--validators", flags.validators, genesis.validators);
  require("--block-period-ms", flags.block_period_ms,
          static_cast<std::uint64_t>(genesis.block_period.count()));
  if (flags.production_like && !is_production_like(folder)) {
    fail_usage(fmt::format("--production-like must be left out: the network in {} was made without "
                           "it",
                           folder.string()),
               "make another network in another folder with --dir");
  }
}

DevnetShape shape_of(const UpFlags& flags, std::uint16_t port) {
  DevnetShape shape{.validators = flags.validators.value_or(kDevnetValidators), .rpc_port = port};
  if (flags.block_period_ms) shape.block_period = std::chrono::milliseconds(*flags.block_period_ms);
  return shape;
}

/// Starts the nodes and waits for them; anew, with other ports, when one of theirs was lost. `rpc`
/// is the first node's port, another one afterwards when it `may_move`.
std::vector<RunningNode> start_network(Session& session, const fs::path& folder,
                                       const std::vector<fs::path>& folders, std::uint16_t& rpc,
                                       bool may_move) {
  for (int starts = 1;; ++starts) {
    if (!may_move) require_free_port(rpc);
    auto nodes = start_nodes(folder, folders, rpc, session.random);
    try {
      wait_until_up(session, url_of(rpc), nodes);
      return nodes;
    } catch (const CliError& error) {
      stop_nodes(nodes);
      if (error.name() != kPortLost || starts == kStartsMax) throw;
    }
    if (!may_move) continue;
    rpc = free_port(session.random);
    write_party_settings(folder, rpc);
  }
}

/// Starts the nodes that have ended, under the settings by which the others know them.
std::vector<RunningNode> start_missing(Session& session, const std::vector<fs::path>& folders,
                                       std::uint16_t rpc) {
  std::vector<RunningNode> nodes;
  std::vector<RunningNode> started;
  // Another network's node would answer for the first one.
  if (!running_node(folders.front())) require_free_port(rpc);
  for (const auto& folder : folders) {
    if (const auto pid = running_node(folder)) {
      nodes.push_back({folder, *pid});
      continue;
    }
    started.push_back(start_one(folder));
    nodes.push_back(started.back());
  }
  try {
    wait_until_up(session, url_of(rpc), nodes);
  } catch (const CliError&) {
    stop_nodes(started);
    throw;
  }
  return started;
}

/// What `up` has done.
struct Started {
  std::vector<RunningNode> nodes;
  bool is_new = false;
  std::uint16_t port = 0;
};

Started make_network(Session& session, const fs::path& folder, const UpFlags& flags) {
  Started out{.nodes = {}, .is_new = true, .port = port_of(flags, session.random)};
  require_free_port(out.port);
  const auto shape = shape_of(flags, out.port);
  if (flags.production_like) {
    write_production_like(folder, shape, choose_ports(shape.validators, out.port, session.random),
                          session.clock, session.random);
  } else {
    write_devnet(folder, shape, session.clock, session.random);
  }
  const auto folders = whole_node_folders(folder, read_devnet_genesis(folder));
  out.nodes = start_network(session, folder, folders, out.port,
                            flags.port == kAnyPort && !flags.production_like);
  return out;
}

Started start_again(Session& session, const fs::path& folder, const UpFlags& flags,
                    const DevnetGenesis& genesis) {
  const auto running = running_nodes(folder);
  check_same_shape(flags, folder, genesis);
  if (running.size() == genesis.validators) {
    throw CliError(ExitCode::kFailed, "already-up",
                   "the network in " + folder.string() + " is running already",
                   "datapact devnet status --dir " + folder.string());
  }
  const auto folders = whole_node_folders(folder, genesis);
  Started out{.nodes = {}, .port = port_of_files(flags, folders.front())};
  out.nodes = running.empty() ? start_network(session, folder, folders, out.port, false)
                              : start_missing(session, folders, out.port);
  return out;
}

void up(Session& session, const UpFlags& flags) {
  session.require_wait("devnet up", "it reports the network's first final transactions");
  const auto start = session.clock.monotonic();
  const fs::path folder = fs::absolute(flags.folder);
  check_ranges(flags);
  const auto there = find_devnet(folder);
  const Started started =
      there ? start_again(session, folder, flags, *there) : make_network(session, folder, flags);
  const DevnetGenesis genesis = read_devnet_genesis(folder);
  const std::string url = url_of(started.port);
  session.settings.set_flag("rpc", "url", url, "--port");
  if (started.is_new) first_deposits(session);
  const std::chrono::duration<double> spent = session.clock.monotonic() - start;
  json::Value accounts = json::Value::object({});
  Rows rows{{"endpoint", url},
            {"genesis", to_hex0x(genesis.hash)},
            {"validators", std::to_string(genesis.validators)},
            {"folder", folder.string()}};
  for (const auto role : kDevnetRoles) {
    accounts.set(std::string(to_string(role)), to_hex0x(devnet_address(role)));
    rows.emplace_back(std::string(to_string(role)), to_hex0x(devnet_address(role)));
  }
  rows.emplace_back("started", names_of(started.nodes));
  rows.emplace_back(started.is_new ? "first final" : "all up",
                    session.out.word(fmt::format("{:.2f} s after the command", spent.count())));
  session.out.result(json::Value::object({{"url", url},
                                          {"genesis", to_hex0x(genesis.hash)},
                                          {"folder", folder.string()},
                                          {"nodes", json_of(running_nodes(folder))},
                                          {"started", json_of(started.nodes)},
                                          {"seconds", spent.count()},
                                          {"accounts", std::move(accounts)}}),
                     rows);
  if (!started.is_new) return;
  const fs::path program = fs::read_symlink("/proc/self/exe");
  write_sale_script(folder, program);
  const std::string commands = first_commands(folder, program);
  session.out.note("next:\n" + commands);
}

void down(Session& session, const std::string& folder) {
  const auto nodes = running_nodes(folder);
  if (nodes.empty()) fail_not_found("no network is running in " + folder);
  stop_nodes(nodes);
  session.out.result(json::Value::object({{"stopped", json_of(nodes)}}),
                     "stopped " + counted(nodes.size(), "node"));
}

void status(Session& session, const std::string& folder) {
  const auto nodes = running_nodes(folder);
  if (nodes.empty())
    fail_not_found("no network is running in " + folder, "datapact devnet up --dir " + folder);
  const auto genesis = read_devnet_genesis(folder);
  Rows rows{
      {"genesis", to_hex0x(genesis.hash)},
      {"nodes", session.out.word(fmt::format("{} of {} run", nodes.size(), genesis.validators))}};
  for (const auto& node : nodes)
    rows.emplace_back(node.folder.filename().string(),
                      session.out.word(fmt::format("process {}", node.pid)));
  session.out.result(json::Value::object({{"genesis", to_hex0x(genesis.hash)},
                                          {"validators", std::uint64_t{genesis.validators}},
                                          {"nodes", json_of(nodes)}}),
                     rows);
}

/// The file itself on stdout, whatever the format: it is JSON.
void genesis(Session& session, const std::string& time) {
  const auto seconds = parse_number("--time", time);
  if (seconds > uint256{kGenesisTimeMax})
    fail_usage(fmt::format("--time must be at most {} s, got {}", kGenesisTimeMax, time));
  const auto document = devnet_genesis(
      std::chrono::seconds(static_cast<std::int64_t>(seconds.low_u64())), DevnetShape{});
  session.out.raw(json::to_pretty_text(document));
}

/// Every line from the first on, then those that come. A node appends to its log, also after a
/// restart; a file that has become shorter is another one and is read from its beginning.
void follow_log(Session& session, const NodeFlags& flags, const fs::path& path) {
  session.out.begin_stream();
  const std::string node = fmt::format("node{}", flags.node);
  std::ifstream file(path, std::ios::binary);
  std::uintmax_t at = 0;
  std::string line;
  for (ItemCount count(flags.count);; pause_following()) {
    std::error_code none;
    const auto size = fs::file_size(path, none);
    if (none) fail_not_found("there is no " + path.string() + " any more");
    if (size < at) {
      session.out.note(path.string() + " has become shorter: reading it from its beginning");
      file = std::ifstream(path, std::ios::binary);
      at = 0;
      line.clear();
    }
    file.clear();
    for (char c = 0; at < size && file.get(c); ++at) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
      session.out.item(json::Value::object({{"node", node}, {"line", line}}), {line});
      if (count.take()) return;
      line.clear();
    }
  }
}

/// Of the node that the flags ask for.
fs::path log_of(const NodeFlags& flags) {
  const auto nodes = node_folders(flags.folder);
  if (nodes.empty()) fail_not_found("there is no network in " + flags.folder, "datapact devnet up");
  if (flags.node == 0 || flags.node > nodes.size()) {
    fail_usage(fmt::format("--node must be from 1 to {}, the nodes in {}, got {}", nodes.size(),
                           flags.folder, flags.node));
  }
  return nodes[flags.node - 1] / "log";
}

void logs(Session& session, const NodeFlags& flags) {
  const auto file = log_of(flags);
  if (!fs::exists(file)) fail_not_found("there is no " + file.string());
  if (flags.follows) return follow_log(session, flags, file);
  const std::string text = read_text_file(file, kLogBytesMax);
  // A node's words, as they are.
  if (session.out.format != Format::kJson) return session.out.raw(text);
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
  u.add_option("--port", flags->port,
               "JSON-RPC port of the first node on 127.0.0.1, 8545 when not given; 0: one that is "
               "free");
  u.add_option("--validators", flags->validators,
               "how many nodes a new network has, 4 when not given");
  u.add_option("--block-period-ms", flags->block_period_ms,
               "milliseconds between blocks of a new network, 250 when not given");
  u.add_flag("--production-like", flags->production_like,
             "a new network has the files that the operator guide gives to the machines of one");
  const auto simple = [&](const char* name, const char* purpose,
                          void (*run)(Session&, const std::string&)) {
    auto folder = std::make_shared<std::string>("devnet");
    commands.verb(group, name, purpose, [=](Session& s) { run(s, *folder); })
        .add_option("--dir", *folder, "its files");
  };
  simple("down", "stop it; its files stay", down);
  simple("status", "whether it runs", status);
  auto which = std::make_shared<NodeFlags>();
  CLI::App& l =
      commands.verb(group, "logs", "what a node wrote", [which](Session& s) { logs(s, *which); });
  l.add_option("--dir", which->folder, "its files");
  l.add_option("--node", which->node, "number of the node, from 1");
  add_follow_flags(l, {which->follows, which->count, "then every new line"});
  auto time = std::make_shared<std::string>(std::to_string(kDevnetGenesisSeconds));
  commands
      .verb(group, "genesis", "print the genesis.json it would be given",
            [time](Session& s) { genesis(s, *time); })
      .add_option("--time", *time, "Unix seconds of the first block; default 2025-01-01");
}

}  // namespace datapact::tools
