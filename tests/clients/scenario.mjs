// node scenario.mjs URL CAST: with cast, ethers 6 and viem 2 each, deploys, writes, reads, waits,
// queries logs and looks at a refusal. Prints one JSON document: the checks, and of each
// transaction what every chain must agree on (status, gas, logs).
import { execFileSync } from "node:child_process";
import { Contract, ContractFactory, JsonRpcProvider, Wallet } from "ethers";
import { createPublicClient, createWalletClient, http, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { kAbi, kCode, kReason } from "./box.mjs";

const [url, cast] = process.argv.slice(2);
// The first account of the well-known development mnemonic: funded by anvil and by client_chain.
const kKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const kFailGas = 100000;
const checks = [];
const receipts = [];

const check = (name, holds, seen) => checks.push({ name, holds, seen: holds ? undefined : String(seen) });

const call = async (method, params) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return (await response.json()).result;
};

const note = async (name, hash, status) => {
  const receipt = await call("eth_getTransactionReceipt", [hash]);
  check(`${name}: status ${status}`, receipt.status === status, receipt.status);
  receipts.push({
    name,
    status: receipt.status,
    gas: receipt.gasUsed,
    created: receipt.contractAddress?.toLowerCase() ?? null,
    logs: receipt.logs.map((log) => [log.address.toLowerCase(), log.topics, log.data]),
  });
};

const withEthers = async () => {
  const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 100, cacheTimeout: -1 });
  const wallet = new Wallet(kKey, provider);
  const box = await new ContractFactory(kAbi, kCode, wallet).deploy();
  await box.waitForDeployment();
  await note("ethers deploy", box.deploymentTransaction().hash, "0x1");
  const sent = await box.set(41n);
  await sent.wait();
  await note("ethers write", sent.hash, "0x1");
  check("ethers reads what it wrote", (await box.get()) === 41n, await box.get());
  const logs = await box.queryFilter(box.filters.Changed(), 0, "latest");
  check("ethers finds the log", logs.length === 1 && logs[0].args.value === 41n, logs.length);
  const reason = await box.open.estimateGas().catch((error) => error.reason ?? error.message);
  check("ethers decodes the revert reason", reason === kReason, reason);
  const failing = await box.open({ gasLimit: kFailGas });
  await failing.wait().catch(() => undefined);
  await note("ethers failed call", failing.hash, "0x0");
  const again = await wallet.sendTransaction({ to: wallet.address, nonce: 0, gasLimit: 21000 })
    .then(() => "accepted", (error) => error.code);
  check("ethers recognises a nonce that is too low", again === "NONCE_EXPIRED", again);
  provider.destroy();
};

const withViem = async () => {
  const account = privateKeyToAccount(kKey);
  const reader = createPublicClient({ transport: http(url), pollingInterval: 100, cacheTime: 0 });
  const id = await reader.getChainId();
  const chain = { id, name: "test", nativeCurrency: { name: "x", symbol: "X", decimals: 18 },
    rpcUrls: { default: { http: [url] } } };
  const wallet = createWalletClient({ account, chain, transport: http(url) });
  const abi = parseAbi(kAbi);
  const deployed = await wallet.deployContract({ abi, bytecode: kCode });
  const { contractAddress: address } = await reader.waitForTransactionReceipt({ hash: deployed });
  await note("viem deploy", deployed, "0x1");
  const written = await wallet.writeContract({ address, abi, functionName: "set", args: [42n] });
  await reader.waitForTransactionReceipt({ hash: written });
  await note("viem write", written, "0x1");
  const value = await reader.readContract({ address, abi, functionName: "get" });
  check("viem reads what it wrote", value === 42n, value);
  const logs = await reader.getContractEvents({ address, abi, eventName: "Changed", fromBlock: 0n });
  check("viem finds the log", logs.length === 1 && logs[0].args.value === 42n, logs.length);
  const reason = await reader.simulateContract({ address, abi, functionName: "open", account })
    .then(() => "returned", (error) => error.walk((cause) => cause.reason)?.reason ?? error.message);
  check("viem decodes the revert reason", reason === kReason, reason);
  const block = await reader.getBlock({ includeTransactions: true });
  check("viem reads a block with transactions", block.transactions.length === 1, block.transactions.length);
};

const withCast = async () => {
  const run = (...args) => execFileSync(cast, [args[0], "--rpc-url", url, ...args.slice(1)], { encoding: "utf8", stdio: "pipe" }).trim();
  const send = (...args) => JSON.parse(run("send", "--json", "--private-key", kKey, ...args));
  const deployed = send("--create", kCode);
  await note("cast deploy", deployed.transactionHash, "0x1");
  const address = deployed.contractAddress;
  const written = send(address, "set(uint256)", "43");
  await note("cast write", written.transactionHash, "0x1");
  const value = run("call", address, "get()(uint256)");
  check("cast reads what it wrote", value === "43", value);
  const logs = JSON.parse(run("logs", "--json", "--from-block", "0", "--address", address));
  check("cast finds the log", logs.length === 1 && BigInt(logs[0].data) === 43n, logs.length);
  let refused = "returned";
  try {
    run("call", address, "open()");
  } catch (error) {
    refused = error.stderr;
  }
  check("cast shows the revert reason", refused.includes(kReason), refused);
  const receipt = JSON.parse(run("receipt", "--json", written.transactionHash));
  check("cast reads a receipt", receipt.status === "0x1", receipt.status);
};

for (const [name, run] of [["ethers", withEthers], ["viem", withViem], ["cast", withCast]]) {
  try {
    await run();
  } catch (error) {
    check(`${name} runs to the end`, false, `${error.stderr ?? ""}${error.stack ?? error}`);
  }
}
process.stdout.write(JSON.stringify({ checks, receipts }));
