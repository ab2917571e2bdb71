// node compare.mjs OURS THEIRS OUR_TRACES THEIR_TRACES: the results of scenario.mjs and traces.mjs on the node and on anvil. Prints each
// check that fails, then "N passed, M failed".
import { readFileSync } from "node:fs";

const [ours, theirs, ourTraces, theirTraces] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
let passed = 0;
let failed = 0;
const count = (name, holds, detail) => {
  if (holds) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`failed: ${name}: ${detail}`);
};
for (const { name, holds, seen } of ours.checks) count(name, holds, seen);
for (const { name, holds, seen } of theirs.checks) count(`anvil: ${name}`, holds, seen);
for (const expected of theirs.receipts) {
  const found = ours.receipts.find(({ name }) => name === expected.name);
  const same = JSON.stringify(found) === JSON.stringify(expected);
  count(`${expected.name}: the receipts agree`, same, `${JSON.stringify(found)} is not ${JSON.stringify(expected)}`);
}
for (const { name, holds, seen } of ourTraces.checks) count(name, holds, seen);

/// The first place where two values differ, or nothing.
const difference = (mine, other, place = "") => {
  if (JSON.stringify(mine) === JSON.stringify(other)) return undefined;
  const isTree = (value) => value !== null && typeof value === "object";
  if (!isTree(mine) || !isTree(other)) return `${place}: ${JSON.stringify(mine)} is not ${JSON.stringify(other)}`;
  for (const name of new Set([...Object.keys(mine), ...Object.keys(other)])) {
    const found = difference(mine[name], other[name], `${place}/${name}`);
    if (found) return found;
  }
  return undefined;
};
for (const [name, expected] of Object.entries(theirTraces.traces)) {
  const found = difference(ourTraces.traces[name], expected);
  count(`${name}: the traces agree`, found === undefined, found);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
