// node compare.mjs OURS THEIRS: the results of scenario.mjs on the node and on anvil. Prints each
// check that fails, then "N passed, M failed".
import { readFileSync } from "node:fs";

const [ours, theirs] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
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
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
