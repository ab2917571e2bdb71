// node traces.mjs URL CAST: sends transactions that call, create, delegate, revert, run out of gas, move value, destroy
// and authorize, and asks for their traces with each tracer. Prints one JSON document: the checks, and by name the traces
// that every chain must agree on.
import { execFileSync } from "node:child_process";
import { JsonRpcProvider, Wallet } from "ethers";
import { createPublicClient, http } from "viem";

const [url, cast] = process.argv.slice(2);
const kKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
// Of an account that has not been there before.
const kAuthorityKey = `0x${"7".repeat(64)}`;
const checks = [];
const traces = {};
const check = (name, holds, seen) => checks.push({ name, holds, seen: holds ? undefined : String(seen) });

const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 100, cacheTimeout: -1 });
const wallet = new Wallet(kKey, provider);

// --- contracts, assembled here -----------------------------------------------------------------------------------------

/** Creation code of a runtime. */
const deploying = (runtime) => {
  const size = (runtime.length / 2).toString(16).padStart(4, "0");
  return `0x61${size}600c5f3961${size}5ff3${runtime}`;
};
const push20 = (address) => `73${address.slice(2).toLowerCase()}`;
/** gas to target, no data, no value; the result is dropped. */
const call = (target, gas = "61c350") => `5f5f5f5f5f${push20(target)}${gas}f150`;
const delegate = (target) => `5f5f5f5f${push20(target)}61c350f450`;
const fixed = (target) => `5f5f5f5f${push20(target)}61c350fa50`;

// Counts in slot 0, keeps transient 1, logs the count, returns it.
const counter = "5f54600101805f5560015f5d5f5260205fa060205ff3";
// Writes, logs, then reverts with Error("no").
const reverting =
  "60015f555f5fa0" + `7f${"08c379a0".padEnd(64, "0")}5f52` + "60206004526002602452" + `7f${"6e6f".padEnd(64, "0")}604452` + "60645ffd";
const burning = "5b5f56"; // for ever
const invalid = "fe";
const identity = "0x0000000000000000000000000000000000000004";
const sha256 = "0x0000000000000000000000000000000000000002";

const sent = async (fields) => {
  const answer = await wallet.sendTransaction({ gasLimit: 900000, ...fields });
  await answer.wait().catch(() => undefined);
  return answer.hash;
};
const deploy = async (runtime) => {
  const hash = await sent({ data: deploying(runtime) });
  return (await provider.getTransactionReceipt(hash)).contractAddress;
};

// --- what must agree: the node answers as geth does. Anvil leaves out code hashes, keeps empty accounts and the logs of a
// transaction that failed, sees whom an authorization names, counts the gas of the first frame without what the transaction
// itself costs, what a creation is given as its cost and at most what is left as any, shows the refund before a store and
// without what authorizations give back, has a selfdestruction under a top call and words of its own for failures; and it
// takes fees, which the node of the tests does not. -----------------------------------------------------------------------

const kRecords = ["pc", "op", "gas", "gasCost", "depth", "stack", "refund", "storage", "memory", "returnData"];
/** Words as 64 digits without 0x, which some nodes leave out. */
const plainWord = (word) => word.replace(/^0x/, "").padStart(64, "0");
const plainStorage = (storage) =>
  storage && Object.fromEntries(Object.entries(storage).map(([slot, value]) => [plainWord(slot), plainWord(value)]));
/** A record without what geth and anvil write in different ways. */
const record = (log) => ({
  ...Object.fromEntries(kRecords.filter((name) => log[name] !== undefined).map((name) => [name, log[name]])),
  refund: log.op === "SSTORE" ? undefined : (log.refund ?? 0),
  gasCost: log.op.startsWith("CREATE") ? undefined : Math.min(log.gasCost, log.gas),
  memory: (log.memory ?? []).map(plainWord),
  returnData: (log.returnData ?? "0x").replace(/^(0x)?/, "0x"),
  storage: plainStorage(log.storage),
});
const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
};
const kWords = { StateChangeDuringStaticCall: "write protection", OutOfFunds: "insufficient balance for transfer" };
const plainFrame = (frame) => ({
  ...frame,
  ...(frame.error && { error: kWords[frame.error] ?? frame.error, logs: undefined }),
  ...(frame.calls && { calls: frame.calls.map(plainFrame) }),
});
const plainTree = (frame) => ({ ...plainFrame(frame), gas: undefined });
const plainState = (accounts, miner) => {
  const out = {};
  for (const [address, { codeHash: _, ...account }] of Object.entries(accounts)) {
    if (address === miner) continue;
    if (address === wallet.address.toLowerCase()) delete account.balance;
    if (!["{}", '{"balance":"0x0"}'].includes(JSON.stringify(account))) out[address] = account;
  }
  return out;
};
const trace = (hash, options) => provider.send("debug_traceTransaction", [hash, options]);

const note = async (name, hash, unseen) => {
  const calls = (tracerConfig) => trace(hash, { tracer: "callTracer", tracerConfig });
  traces[`${name}: calls`] = sorted(plainTree(await calls({ withLog: true })));
  traces[`${name}: top call`] = sorted({ ...plainTree(await calls({ onlyTopCall: true })), calls: undefined });
  const miner = (await provider.send("eth_getBlockByNumber", ["latest", false])).miner.toLowerCase();
  const before = await trace(hash, { tracer: "prestateTracer" });
  delete before[unseen?.toLowerCase()];
  traces[`${name}: state`] = sorted(plainState(before, miner));
  const { pre, post } = await trace(hash, { tracer: "prestateTracer", tracerConfig: { diffMode: true } });
  traces[`${name}: difference`] = sorted({ pre: plainState(pre, miner), post: plainState(post, miner) });
  traces[`${name}: selectors`] = sorted(await trace(hash, { tracer: "4byteTracer" }));
  const logs = await trace(hash, { enableMemory: true, enableReturnData: true });
  traces[`${name}: instructions`] = sorted({
    gas: logs.gas,
    failed: logs.failed,
    returnValue: logs.returnValue.replace(/^(0x)?/, "0x"),
    structLogs: logs.structLogs.map((log) => record(unseen ? { ...log, refund: 0 } : log)),
  });
};

const run = async () => {
  await note("a transfer", await sent({ to: "0x00000000000000000000000000000000000000aa", value: 5n }));
  const counting = await deploy(counter);
  await note("a creation", await sent({ data: deploying(counter) }));
  await note("a store and a log", await sent({ to: counting }));
  const refusing = await deploy(reverting);
  await note("a revert", await sent({ to: refusing }));
  const endless = await deploy(burning);
  const reading = await deploy("5f545f5260205ff3");
  const forgetting = await deploy("60015f5d00");
  await note("a transaction that fails at once", await sent({ to: await deploy(invalid) }));
  const outer = await deploy(
    call(counting) + delegate(counting) + fixed(reading) + fixed(forgetting) + call(refusing) + call(identity) + fixed(sha256) + call(endless, "611388"));
  await note("calls of every kind", await sent({ to: outer, data: "0xa9059cbb" + "00".repeat(32) }));
  const poor = await deploy(`5f5f5f5f6009${push20(counting)}611388f150` + "5f5f6009f050" + "00");
  await note("calls beyond the balance", await sent({ to: poor }));
  const paying = await deploy(`5f5f5f5f6003${push20("0x00000000000000000000000000000000000000bb")}5ff15000`);
  await note("value to a new account", await sent({ to: paying, value: 3n }));
  // Creates contracts of one byte with CREATE and CREATE2, and one that reverts.
  const creating = await deploy("60015f5ff050" + "600960015f5ff550" + "625f5ffd5f52" + "6003601d5ff050" + "00");
  await note("creations by a contract", await sent({ to: creating }));
  await note("a contract that lives for one transaction", await sent({ data: "0x30ff", value: 7n }));
  const leaving = await deploy(`${push20("0x00000000000000000000000000000000000000cc")}ff`);
  await note("a contract that gives all away", await sent({ to: leaving, value: 2n }));
  const clearing = await deploy("5f545f5560015f555f5f55" + "00");
  await note("stores that give gas back", await sent({ to: clearing }));

  const authority = new Wallet(kAuthorityKey, provider);
  await sent({ to: authority.address, value: 1n });
  const authorization = await authority.authorize({ address: counting, nonce: await authority.getNonce(), chainId: 31337n });
  await note("an account that lets a contract act for it",
    await sent({ type: 4, to: authority.address, authorizationList: [authorization] }), counting);
  await note("a call of that account", await sent({ to: await deploy(call(authority.address)) }));

  // --- clients ----------------------------------------------------------------------------------------------------------
  const hash = await sent({ to: outer });
  const reader = createPublicClient({ transport: http(url) });
  const seen = await reader.request({ method: "debug_traceTransaction", params: [hash, { tracer: "callTracer" }] });
  check("viem asks for a call tree", seen.calls?.length === 8, JSON.stringify(seen).slice(0, 200));
  const asked = JSON.parse(execFileSync(cast, ["rpc", "--rpc-url", url, "debug_traceTransaction", hash], { encoding: "utf8" }));
  check("cast asks for struct logs", asked.structLogs.length > 50, asked.structLogs?.length);
  const { number } = await provider.getBlock("latest");
  const height = `0x${number.toString(16)}`;
  const block = await provider.send("debug_traceBlockByNumber", [height, { tracer: "callTracer" }]);
  check("a block has the trace of each transaction", JSON.stringify(sorted(block)) === JSON.stringify(sorted([{ result: seen, txHash: hash }])), JSON.stringify(block).slice(0, 200));
  const { hash: blockHash } = await provider.getBlock("latest");
  const byHash = await provider.send("debug_traceBlockByHash", [blockHash, { tracer: "callTracer" }]);
  check("a block is found by its hash", JSON.stringify(sorted(byHash)) === JSON.stringify(sorted(block)), JSON.stringify(byHash).slice(0, 200));
  const simulated = await provider.send("debug_traceCall", [{ from: wallet.address, to: outer }, "latest", { tracer: "callTracer" }]);
  traces["a call that is none"] = sorted(plainTree(simulated));
  const again = execFileSync(cast, ["run", "--rpc-url", url, "--quick", hash], { encoding: "utf8", stdio: "pipe" });
  check("cast runs a transaction again", again.includes("Transaction successfully executed"), again);
};

try {
  await run();
} catch (error) {
  check("the traces are asked for to the end", false, `${error.stderr ?? ""}${error.stack ?? error}`);
}
provider.destroy();
process.stdout.write(JSON.stringify({ checks, traces }));
