// Random EIP-712 documents: randomTypedData(random) gives {types, primaryType, domain, message}.
import { getAddress } from "ethers";

const kNestingMax = 3;
const kMembersMax = 4;
const kStems = ["Order", "order", "Zed", "_a", "$x", "A1", "Aa", "AB"];

export const randomTypedData = (random) => {
  const types = {};
  const ready = [];

  const elementary = () => {
    const kind = random.pick(["bool", "address", "string", "bytes", "uint", "int", "bytesN"]);
    if (kind === "bytesN") return `bytes${1 + random.below(32)}`;
    return kind.endsWith("int") ? `${kind}${8 * (1 + random.below(32))}` : kind;
  };

  const struct = (depth) => {
    if (ready.length > 0 && random.below(3) === 0) return random.pick(ready);
    const name = `${random.pick(kStems)}${Object.keys(types).length}`;
    types[name] = [];
    const members = Array.from({ length: 1 + random.below(kMembersMax) }, (_, i) => (
      { name: `${random.pick(["m", "_", "$", "Value"])}${i}`, type: memberType(depth + 1) }));
    types[name].push(...members);
    ready.push(name);
    return name;
  };

  const memberType = (depth) => {
    const base = depth < kNestingMax && random.below(2) === 0 ? struct(depth) : elementary();
    const arrays = Array.from({ length: Math.max(0, random.below(5) - 2) }, () => (
      random.below(2) === 0 ? "[]" : `[${1 + random.below(3)}]`));
    return base + arrays.join("");
  };

  const integer = (type) => {
    const isSigned = type.startsWith("i");
    const bits = BigInt(type.replace(/\D/g, ""));
    const drawn = BigInt.asUintN(Number(bits), random.pick([BigInt(random.hex(32)), 0n, -1n, 1n << (bits - 1n)]));
    const value = isSigned ? BigInt.asIntN(Number(bits), drawn) : drawn;
    if (value >= 0n && random.below(2) === 0) return `0x${value.toString(16)}`;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  };

  const value = (type) => {
    const array = /^(.*)\[(\d*)\]$/.exec(type);
    if (array) {
      const length = array[2] === "" ? random.below(3) : Number(array[2]);
      return Array.from({ length }, () => value(array[1]));
    }
    if (types[type]) return Object.fromEntries(types[type].map((member) => [member.name, value(member.type)]));
    if (type === "bool") return random.below(2) === 0;
    if (type === "string") return random.text(random.below(40));
    if (type === "bytes") return random.hex(random.below(70));
    if (type === "address") return random.pick([(text) => text, getAddress])(random.hex(20));
    if (type.startsWith("bytes")) return random.hex(Number(type.slice("bytes".length)));
    return integer(type);
  };

  const primaryType = struct(0);
  const whole = { name: random.text(8), version: "1", chainId: random.below(2 ** 40),
    verifyingContract: random.hex(20), salt: random.hex(32) };
  const kept = Object.entries(whole).filter(([name]) => name === "chainId" || random.below(2) === 0);
  return { types, primaryType, domain: Object.fromEntries(kept), message: value(primaryType) };
};
