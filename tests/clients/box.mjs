// The contract of the client tests, assembled here so that no compiler is needed:
//   set(uint256 value) stores, emits Changed(caller, value); get() reads; anything else reverts with
//   Error("the box is closed").
import { id } from "ethers";

export const kReason = "the box is closed";
export const kAbi = [
  "function set(uint256 value)",
  "function get() view returns (uint256)",
  "function open()",
  "event Changed(address indexed who, uint256 value)",
];
const selector = (signature) => id(signature).slice(2, 10);
const text = Buffer.from(kReason).toString("hex");

const head = (setAt, getAt) =>
  "5f3560e01c" + // calldata[0..4]
  `8063${selector("set(uint256)")}1460${setAt}57` +
  `8063${selector("get()")}1460${getAt}57`;
const revert =
  `7f${"08c379a0".padEnd(64, "0")}5f52` + // mstore(0, Error selector)
  "6020600452" + // mstore(4, 0x20)
  `60${kReason.length.toString(16)}602452` + // mstore(0x24, length)
  `7f${text.padEnd(64, "0")}604452` + // mstore(0x44, text)
  "60645ffd"; // revert(0, 0x64)
const set =
  "5b60043580" + // value, value
  "5f55" + // sstore(0, value)
  "5f52" + // mstore(0, value)
  `337f${id("Changed(address,uint256)").slice(2)}60205fa200`; // log2, stop
const get = "5b5f545f5260205ff3";
const at = (code) => (code.length / 2).toString(16).padStart(2, "0");
const setAt = at(head("00", "00") + revert);
const getAt = at(head("00", "00") + revert + set);
const runtime = head(setAt, getAt) + revert + set + get;
const size = runtime.length / 2;
const length = size.toString(16).padStart(4, "0");
const kInitBytes = "0c"; // of the constructor itself: it copies what follows
const init = `61${length}60${kInitBytes}5f3961${length}5ff3`;
if (at(init) !== kInitBytes) throw new Error("the constructor's length is part of its code");

/// Creation code.
export const kCode = "0x" + init + runtime;
