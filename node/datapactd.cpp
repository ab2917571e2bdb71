// The daemon: `datapactd --config node.toml [run|init]`, and `datapactd import` for a chain that
// others made.
#include "base/hex.hpp"
#include "base/log.hpp"
#include "node/config.hpp"
#include "node/import_node.hpp"
#include "node/logging.hpp"
#include "node/node.hpp"
#include "node/service_manager.hpp"
#include "node/start_error.hpp"
#include "node/system_clock.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <string>
#include <unistd.h>

namespace datapact::node {
namespace {

/// 1,024 nested calls of the VM, also with AddressSanitizer's larger frames. Memory is committed as
/// it is touched.
constexpr std::size_t kThreadStackBytes = 64U << 20U;

int report(const StartError& error) {
  std::fprintf(stderr, "datapactd: %s\n", error.message.c_str());
  return static_cast<int>(error.code);
}

/// SIGTERM and SIGINT wait in sigwait(); every thread started later inherits the mask.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A file at its size limit is a failed write like a full disk, not a reason to die unheard.
  std::signal(SIGXFSZ, SIG_IGN);
  return signals;
}

void enlarge_stacks() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

int run(const NodeConfig& config) {
  const sigset_t signals = block_stop_signals();
  enlarge_stacks();
  const SystemClock clock;
  std::atomic<bool> failed = false;
  auto running = Node::start(config, clock, [&failed](const std::string&) {
    failed = true;
    // Wakes the main thread, which stops the node.
    ::kill(::getpid(), SIGTERM);
  });
  if (!running.has_value()) return report(running.error());
  tell_service_manager("READY=1");
  int signal = 0;
  sigwait(&signals, &signal);
  tell_service_manager("STOPPING=1");
  log::info("node", failed ? "stopping after a failure" : "stopping");
  (*running)->stop();
  return static_cast<int>(failed ? ExitCode::kConfigOrFile : ExitCode::kOk);
}

/// Imports the chain and serves it until a signal comes.
int serve_import(const ImportConfig& config) {
  install_logging({});
  const sigset_t signals = block_stop_signals();
  enlarge_stacks();
  const SystemClock clock;
  const auto running = ImportNode::start(config, clock);
  if (!running.has_value()) return report(running.error());
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("node", "stopping");
  return 0;
}

/// The options of `import`, which has no configuration file.
CLI::App* add_import(CLI::App& app, ImportConfig& config) {
  auto* command = app.add_subcommand(
      "import", "Import a chain of the Ethereum profile from RLP and serve it over JSON-RPC");
  command->add_option("--genesis", config.genesis, "Genesis document")->required();
  command->add_option("--chain", config.chain, "Blocks as RLP, one after the other")->required();
  command->add_option("--data-dir", config.data_dir, "Where to keep the chain (default: memory)");
  command->add_option("--rpc-address", config.rpc.address)->capture_default_str();
  command->add_option("--rpc-port", config.rpc.port, "0: any free one")->capture_default_str();
  return command;
}

int init(const NodeConfig& config) {
  const auto made = init_node(config);
  if (!made.has_value()) return report(made.error());
  std::printf("%s\n", to_hex0x(made->genesis_hash).c_str());
  if (const auto& id = made->node_id) std::printf("%s\n", to_hex0x(*id).c_str());
  return 0;
}

int run_command(int argc, char** argv) {
  try {
    CLI::App app{"The Datapact node"};
    std::string config_file = "node.toml";
    app.add_option("--config", config_file, "Configuration file")->capture_default_str();
    const auto* init_command = app.add_subcommand(
        "init",
        "Write genesis into the data directory, make the transport key when there is none, "
        "and print the genesis hash and the node id");
    app.add_subcommand("run", "Run the node (the default)");
    ImportConfig import_config;
    const auto* import_command = add_import(app, import_config);
    app.require_subcommand(0, 1);
    app.fallthrough();
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
    }
    if (*import_command) return serve_import(import_config);
    const auto config = load_config(config_file);
    if (!config.has_value()) return report(config.error());
    install_logging(config->log);
    return *init_command ? init(*config) : run(*config);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "datapactd: %s\n", error.what());
    return static_cast<int>(ExitCode::kFailed);
  }
}

}  // namespace
}  // namespace datapact::node

int main(int argc, char** argv) { return datapact::node::run_command(argc, argv); }
