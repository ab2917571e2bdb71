// Reproducible random values: randomFrom(SEED).
import { createHash } from "node:crypto";

export const randomFrom = (seed) => {
  let drawn = 0;
  // SHA-256 of seed and number of the draw: the same on every machine.
  const block = () => createHash("sha256").update(`${seed}/${(drawn += 1)}`).digest();
  const below = (bound) => block().readUIntBE(0, 6) % bound;
  const pick = (list) => list[below(list.length)];
  const bytes = (count) => {
    const out = [];
    while (out.length < count) out.push(...block());
    return Buffer.from(out.slice(0, count));
  };
  const kLetters = [..."abcXYZ 019_-\"\\\n\té中文数据🔑"];
  const text = (count) => Array.from({ length: count }, () => pick(kLetters)).join("");
  return { below, pick, bytes, text, hex: (count) => `0x${bytes(count).toString("hex")}`,
    key: () => `0x01${bytes(31).toString("hex")}` };
};
