// A random case: accounts with programs, a block and a signed transaction.
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createTx } from '@ethereumjs/tx'
import { bytesToHex, createAddressFromPrivateKey, hexToBytes } from '@ethereumjs/util'
import { Program } from './program.mjs'
import { Prng } from './prng.mjs'

/// Transactions are made by Prague's rules, so that some are invalid in Osaka.
const kMaking = createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: 'prague' })
const kKey = hexToBytes(`0x${'45'.repeat(32)}`)
export const kSender = createAddressFromPrivateKey(kKey).toString()
const kContracts = [0xc0de01n, 0xc0de02n, 0xc0de03n].map((tail) => (0xaan << 152n) | tail)
const kCoinbase = '0xba5e000000000000000000000000000000000000'

export const addressOf = (word) => `0x${word.toString(16).padStart(40, '0')}`
const quantity = (value) => `0x${BigInt(value).toString(16)}`

function storageOf(prng) {
  const out = {}
  for (let slot = 0; slot < 4; slot += 1) {
    if (prng.oneIn(2)) out[quantity(slot)] = quantity(1 + prng.below(1000))
  }
  return out
}

function codeOf(prng, accounts, hasRandao) {
  if (hasRandao && prng.oneIn(12)) return prng.bytes(prng.below(80))
  return new Program(prng, accounts, hasRandao).build(4 + prng.below(40))
}

/// Sometimes too little for the call data, or above what one transaction of Osaka may have.
function gasOf(prng) {
  const choice = prng.below(40)
  if (choice === 0) return 21_000 + prng.below(3_000)
  if (choice === 1) return 2 ** 24 + prng.below(2)
  return choice < 8 ? 60_000 + prng.below(60_000) : 2_000_000
}

function transactionOf(prng, hasRandao) {
  const kind = prng.pick([0, 1, 2, 2])
  const isCreation = prng.oneIn(10)
  const accessList = kind === 0 ? undefined : [{ address: addressOf(kContracts[1]), storageKeys: [`0x${'00'.repeat(31)}01`] }]
  const data = {
    type: kind,
    nonce: prng.oneIn(30) ? 1 : 0,
    gasLimit: gasOf(prng),
    to: isCreation ? undefined : addressOf(kContracts[0]),
    value: prng.oneIn(40) ? 10n ** 18n : prng.oneIn(3) ? prng.below(1000) : 0,
    data: bytesToHex(isCreation ? codeOf(prng, kContracts, hasRandao) : prng.bytes(prng.below(100))),
    accessList,
    chainId: kind === 0 ? undefined : 1,
  }
  if (kind === 2) Object.assign(data, { maxFeePerGas: 20, maxPriorityFeePerGas: prng.below(3) })
  else data.gasPrice = 10 + prng.below(5)
  return createTx(data, { common: kMaking }).sign(kKey)
}

/// The case of `seed` in the public state-test format, without its result, and its transaction. `hasRandao`: also noise and
/// PREVRANDAO, which not every node lets a test choose.
export function makeCase(seed, hasRandao = true) {
  const prng = new Prng(seed)
  const accounts = [...kContracts, BigInt(kSender), BigInt(kCoinbase), 0xdeadn, 0x4n]
  const pre = { [kSender]: { nonce: '0x0', balance: '0xde0b6b3a7640000', code: '0x', storage: {} } }
  for (const contract of kContracts) {
    const code = bytesToHex(codeOf(prng, accounts, hasRandao))
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
  return { env, pre, config: { chainid: '0x1' }, txn: transactionOf(prng, hasRandao) }
}
