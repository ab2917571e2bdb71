// node wallet.mjs DATAPACT FOLDER SEED: what the command line does with keys, compared with ethers 6.
// Prints the seed and each check that fails, then "N passed, M failed".
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { HDNodeWallet, Mnemonic, TypedDataEncoder, Wallet, encryptKeystoreJson, verifyMessage, wordlists } from "ethers";
import { randomFrom } from "./random.mjs";
import { randomTypedData } from "./typed.mjs";

const [datapact, folder, seed] = process.argv.slice(2);
const kRounds = 10;
const kTypedRounds = 20;
const kPassword = `${folder}/password`;
const random = randomFrom(seed);
let passed = 0;
let failed = 0;

const check = (name, ours, theirs) => {
  if (ours === theirs) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`failed: ${name}: ${ours}, ethers has ${theirs}`);
};

const runAt = (home, ...words) => JSON.parse(
  execFileSync(datapact, ["--json", "--home", home, "--password-file", kPassword, ...words], { encoding: "utf8" }));

const run = (...words) => runAt(folder, ...words);

const write = (name, text) => {
  const file = `${folder}/${name}`;
  writeFileSync(file, text);
  return file;
};

const withTexts = async () => {
  for (let round = 0; round < kRounds; round += 1) {
    const wallet = new Wallet(random.key());
    const text = random.text(round * 20);
    const signed = run("--insecure-key", wallet.privateKey, "account", "sign", "--", text);
    check("the signature of a text", signed.signature, await wallet.signMessage(text));
    check("ethers recovers who signed a text", verifyMessage(text, signed.signature), wallet.address);
    check("a text signed by ethers verifies",
      run("account", "verify", "--", wallet.address, text, await wallet.signMessage(text)).ok, true);
  }
};

const withTypedData = async () => {
  for (let round = 0; round < kTypedRounds; round += 1) {
    const wallet = new Wallet(random.key());
    const data = randomTypedData(random);
    const { domain, types, message, primaryType } = data;
    const name = `round ${round}: ${JSON.stringify(data)}`;
    const theirs = await wallet.signTypedData(domain, types, message);
    // The type of the domain may be written out.
    const written = random.below(2) === 0 ? TypedDataEncoder.getPayload(domain, types, message).types : types;
    const file = write("typed.json", JSON.stringify({ types: written, primaryType, domain, message }));
    const signed = run("--insecure-key", wallet.privateKey, "account", "sign", "--typed", file);
    check(`${name}: domain`, signed.domainSeparator, TypedDataEncoder.hashDomain(domain));
    check(`${name}: message`, signed.messageHash, TypedDataEncoder.from(types).hash(message));
    check(`${name}: digest`, signed.digest, TypedDataEncoder.hash(domain, types, message));
    check(`${name}: signature`, signed.signature, theirs);
    check(`${name}: verified`, run("account", "verify", wallet.address, theirs, "--typed", file).ok, true);
  }
};

const withMnemonics = async () => {
  const lists = { en: wordlists.en, zh_CN: wordlists.zh_cn };
  for (let round = 0; round < kRounds; round += 1) {
    const language = random.pick(["en", "zh_CN"]);
    const passphrase = random.below(2) === 0 ? "" : random.hex(5);
    const path = random.pick([`m/44'/60'/0'/0/${random.below(2 ** 31)}`, `m/${random.below(9)}/${random.below(9)}'`, "m"]);
    const theirs = Mnemonic.fromEntropy(random.bytes(16 + 4 * random.below(5)), passphrase, lists[language]);
    const wallet = HDNodeWallet.fromMnemonic(theirs, path);
    const home = `${folder}/mnemonic-${round}`;
    const flags = ["--path", path, "--passphrase-file", write("passphrase", `${passphrase}\n`)];
    const taken = runAt(home, "account", "import", "--light", "--mnemonic-file", write("words", theirs.phrase), ...flags);
    check(`${theirs.phrase} at ${path}`, taken.address, wallet.address.toLowerCase());
    const out = `${folder}/new-${round}`;
    const made = runAt(home, "account", "new", "--light", "--mnemonic", "--mnemonic-out", out,
      "--mnemonic-language", language, ...flags);
    const ours = Mnemonic.fromPhrase(readFileSync(out, "utf8").trim(), passphrase, lists[language]);
    check(`our ${ours.phrase} at ${path}`, made.address, HDNodeWallet.fromMnemonic(ours, path).address.toLowerCase());
  }
};

const withKeystores = async () => {
  const wallet = new Wallet(random.key());
  const password = random.text(12).replaceAll("\n", " ");
  writeFileSync(kPassword, `${password}\n`);
  const theirs = write("theirs.json", await encryptKeystoreJson(wallet, password, { scrypt: { N: 4096 } }));
  const taken = run("account", "import", "--light", "--keystore", theirs);
  check("a keystore of ethers is taken in", taken.address, wallet.address.toLowerCase());
  const ours = await Wallet.fromEncryptedJson(readFileSync(taken.keystore, "utf8"), password);
  check("ethers opens our keystore", ours.privateKey, wallet.privateKey);
  run("--from", taken.address, "account", "export", "--out", `${folder}/clear`);
  check("the exported key", readFileSync(`${folder}/clear`, "utf8").trim(), wallet.privateKey);
};

console.log(`seed ${seed}`);
chmodSync(write("password", "unused\n"), 0o600);
for (const part of [withTexts, withTypedData, withMnemonics, withKeystores]) {
  try {
    await part();
  } catch (error) {
    failed += 1;
    console.log(`failed: ${part.name} runs to the end: ${error.stdout ?? ""}${error.stderr ?? ""}${error.stack}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
