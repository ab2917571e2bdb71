// node play.mjs URL CALLS: plays the calls of trade_deals in anvil, each at its height and time, and
// compares status, gas, logs and revert data with what our VM gave. Prints each difference, then
// "N passed, M failed". Nodejs alone, no packages.
import { readFileSync } from "node:fs";

const [url, file] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(file, "utf8"));
const kGas = "0x1c9c380"; // 30 M, as in our VM

const ask = async (method, ...params) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
};

const hex = (number) => `0x${number.toString(16)}`;
let height = 0;

const revertOf = async (hash) => {
  const trace = await ask("debug_traceTransaction", hash, { tracer: "callTracer" });
  return trace.output ?? "0x";
};

// anvil mines at once, but answers before.
const receiptOf = async (hash) => {
  for (let tries = 0; tries < 500; tries += 1) {
    const receipt = await ask("eth_getTransactionReceipt", hash);
    if (receipt) return receipt;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`${hash} is not mined`);
};

const play = async (call) => {
  const missing = call.height - height - 1;
  if (missing < 0) throw new Error(`${call.deal}: ${call.call} lies before block ${height}`);
  if (missing > 0) await ask("anvil_mine", hex(missing));
  await ask("evm_setNextBlockTimestamp", call.seconds);
  const { from, to, data } = call;
  const hash = await ask("eth_sendTransaction", { from, to, data, gas: kGas, gasPrice: "0x0" });
  const receipt = await receiptOf(hash);
  height = Number(receipt.blockNumber);
  if (height !== call.height) throw new Error(`block ${height} instead of ${call.height}`);
  return {
    status: receipt.status,
    gasUsed: receipt.gasUsed,
    logs: receipt.logs.map((log) => [log.address.toLowerCase(), log.topics, log.data]),
    revert: receipt.status === "0x1" ? "0x" : await revertOf(hash),
  };
};

let passed = 0;
let failed = 0;
let deal = "funding";
let snapshot;
let funded;
for (const call of calls) {
  if (call.deal !== deal) {
    if (snapshot) await ask("evm_revert", snapshot);
    funded ??= height;
    height = funded;
    snapshot = await ask("evm_snapshot");
    deal = call.deal;
  }
  const seen = await play(call);
  const wrong = Object.keys(call.expected).filter(
    (name) => JSON.stringify(call.expected[name]) !== JSON.stringify(seen[name]),
  );
  if (wrong.length === 0) {
    passed += 1;
    continue;
  }
  failed += 1;
  for (const name of wrong) {
    console.log(`${call.deal}: ${call.call}: ${name} is ${JSON.stringify(call.expected[name])} here, ` +
      `${JSON.stringify(seen[name])} in anvil`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
