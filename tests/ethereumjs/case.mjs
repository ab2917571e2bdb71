// A random case: accounts with programs, a block and a signed transaction.
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createTx } from '@ethereumjs/tx'
import { bytesToHex, createAddressFromPrivateKey, hexToBytes } from '@ethereumjs/util'
import { authorize, signTyped } from './envelope.mjs'
import { Program } from './program.mjs'
import { Prng } from './prng.mjs'

/// Transactions are made by Prague's rules, so that some are invalid in Osaka.
const kMaking = createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: 'prague' })
const kKey = hexToBytes(`0x${'45'.repeat(32)}`)
export const kSender = createAddressFromPrivateKey(kKey).toString()
const kContracts = [0xc0de01n, 0xc0de02n, 0xc0de03n].map((tail) => (0xaan << 152n) | tail)
const kCoinbase = '0xba5e000000000000000000000000000000000000'
/// Who may delegate: two accounts and the sender.
const kAuthorityKeys = ['46', '47', '45'].map((byte) => hexToBytes(`0x${byte.repeat(32)}`))
const kAuthorities = kAuthorityKeys.map((key) => createAddressFromPrivateKey(key).toString())
/// Above the window of BLOCKHASH.
const kHeight = 300

export const addressOf = (word) => `0x${word.toString(16).padStart(40, '0')}`
const quantity = (value) => `0x${BigInt(value).toString(16)}`

function storageOf(prng) {
  const out = {}
  for (let slot = 0; slot < 4; slot += 1) {
    if (prng.oneIn(2)) out[quantity(slot)] = quantity(1 + prng.below(1000))
  }
  return out
}

function codeOf(prng, accounts, hasRandao, isRich) {
  if (hasRandao && prng.oneIn(12)) return prng.bytes(prng.below(80))
  return new Program(prng, accounts, hasRandao, isRich).build(4 + prng.below(40))
}

/// Sometimes too little for the call data, or above what one transaction of Osaka may have.
function gasOf(prng) {
  const choice = prng.below(40)
  if (choice === 0) return 21_000 + prng.below(3_000)
  if (choice === 1) return 2 ** 24 + prng.below(2)
  return choice < 8 ? 60_000 + prng.below(60_000) : 2_000_000
}

/// The fields that types 3 and 4 have in common, in their order.
function commonFields(prng) {
  const to = prng.oneIn(25) ? '0x' : addressOf(kContracts[0])
  const accessList = prng.oneIn(2) ? [] : [[addressOf(kContracts[1]), [`0x${'00'.repeat(31)}01`]]]
  const value = prng.oneIn(3) ? prng.below(1000) : 0
  return [1, prng.oneIn(30) ? 1 : 0, prng.below(3), 20, gasOf(prng), to, value, prng.bytes(prng.below(100)), accessList]
}

/// None, too many for one transaction, a foreign version and a fee cap below the fee are among them.
function blobTransactionOf(prng) {
  const hashes = Array.from({ length: prng.pick([0, 1, 1, 1, 2, 3, 6, 7, 9, 10]) }, () => {
    const hash = prng.bytes(32)
    hash[0] = prng.oneIn(60) ? 2 : 1
    return hash
  })
  return signTyped(3, [...commonFields(prng), prng.pick([1, 1_000, 1_000_000]), hashes], kKey)
}

/// A flipped parity names an authority that nobody has: not where anvil plays along, see addAuthorities.
function authorizationOf(prng, hasRandao) {
  const at = prng.below(kAuthorityKeys.length)
  // The sender's nonce has been raised when the list is read.
  const nonce = (kAuthorities[at] === kSender ? 1 : 0) + (prng.oneIn(5) ? 1 : 0)
  const target = prng.pick([...kContracts, ...kContracts, 0n, 4n, BigInt(kAuthorities[0])])
  const chainId = prng.oneIn(8) ? 2 : prng.below(2)
  const flaws = { isHigh: prng.oneIn(20), isFlipped: prng.oneIn(20) && hasRandao }
  return authorize({ chainId, address: addressOf(target), nonce, ...flaws }, kAuthorityKeys[at])
}

function setCodeTransactionOf(prng, hasRandao) {
  const fields = commonFields(prng)
  if (fields[5] !== '0x' && prng.oneIn(3)) fields[5] = prng.pick(kAuthorities)
  const list = Array.from({ length: prng.oneIn(20) ? 0 : 1 + prng.below(3) }, () => authorizationOf(prng, hasRandao))
  return signTyped(4, [...fields, list], kKey)
}

function transactionOf(prng, hasRandao, isRich) {
  const rich = isRich ? prng.below(6) : 0
  if (rich === 1 && hasRandao) return blobTransactionOf(prng)
  if (rich === 2 || rich === 3) return setCodeTransactionOf(prng, hasRandao)
  const kind = prng.pick([0, 1, 2, 2])
  const isCreation = prng.oneIn(10)
  const accessList = kind === 0 ? undefined : [{ address: addressOf(kContracts[1]), storageKeys: [`0x${'00'.repeat(31)}01`] }]
  const data = {
    type: kind,
    nonce: prng.oneIn(30) ? 1 : 0,
    gasLimit: gasOf(prng),
    to: isCreation ? undefined : addressOf(kContracts[0]),
    value: prng.oneIn(40) ? 10n ** 18n : prng.oneIn(3) ? prng.below(1000) : 0,
    data: bytesToHex(isCreation ? codeOf(prng, kContracts, hasRandao, isRich) : prng.bytes(prng.below(100))),
    accessList,
    chainId: kind === 0 ? undefined : 1,
  }
  if (kind === 2) Object.assign(data, { maxFeePerGas: 20, maxPriorityFeePerGas: prng.below(3) })
  else data.gasPrice = 10 + prng.below(5)
  return createTx(data, { common: kMaking }).sign(kKey)
}

/// Some are there already, and some of those delegate. To anvil every account is there, so that it gives the refund of EIP-7702 for
/// one that nobody made, too: where it plays along, all are made.
function addAuthorities(prng, pre, hasRandao) {
  const designator = () => `0xef0100${addressOf(prng.pick(kContracts)).slice(2)}`
  for (const authority of kAuthorities) {
    if (authority === kSender) {
      if (hasRandao && prng.oneIn(12)) pre[authority].code = designator()
    } else if (prng.oneIn(2) || !hasRandao) {
      const code = prng.oneIn(2) ? designator() : '0x'
      pre[authority] = { nonce: quantity(prng.below(2)), balance: quantity(1 + prng.below(1000)), code, storage: {} }
    }
  }
}

/// The case of `seed` in the public state-test format, without its result, and its transaction. `hasRandao`: also noise,
/// PREVRANDAO, blob transactions and authorities without an account, which not every node lets a test choose. Without `isRich` it is
/// what a seed meant before there were BLOCKHASH, types 3 and 4, delegations and inputs made for the precompiles on curves.
export function makeCase(seed, hasRandao = true, isRich = true) {
  const prng = new Prng(seed)
  const accounts = [...kContracts, BigInt(kSender), BigInt(kCoinbase), 0xdeadn, 0x4n]
  if (isRich) accounts.push(...kAuthorities.map(BigInt))
  const pre = { [kSender]: { nonce: '0x0', balance: '0xde0b6b3a7640000', code: '0x', storage: {} } }
  for (const contract of kContracts) {
    const code = bytesToHex(codeOf(prng, accounts, hasRandao, isRich))
    pre[addressOf(contract)] = { nonce: '0x1', balance: quantity(prng.below(10_000)), code, storage: storageOf(prng) }
  }
  const env = {
    currentCoinbase: kCoinbase,
    currentGasLimit: '0x1c9c380',
    currentNumber: '0x1',
    currentTimestamp: '0x3e8',
    currentRandom: `0x${'11'.repeat(32)}`,
    currentDifficulty: '0x0',
    currentBaseFee: '0x7',
    currentExcessBlobGas: '0x0',
  }
  if (isRich) addAuthorities(prng, pre, hasRandao)
  if (isRich && hasRandao) {
    env.currentNumber = quantity(kHeight)
    // The blob fee of Cancun is then 1 or 22,026 wei.
    if (prng.oneIn(3)) env.currentExcessBlobGas = quantity(33_384_770)
  }
  return { env, pre, config: { chainid: '0x1' }, txn: transactionOf(prng, hasRandao, isRich) }
}
