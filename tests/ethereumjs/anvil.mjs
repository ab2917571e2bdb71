// usage: node anvil.mjs SEED CASES FORK URL
// The same kind of random cases on an anvil that runs FORK at URL, beside @ethereumjs/vm: acceptance, status, gas, logs, and
// the storage, balances and nonces afterwards must agree. The last line is "N passed, M failed".
import { setTimeout } from 'node:timers/promises'
import { bytesToHex, createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { makeCase } from './case.mjs'
import { commonOf, judge } from './reference.mjs'
import { connect, Tally } from './rpc.mjs'

const [seedText, countText, fork, url] = process.argv.slice(2)
const call = connect(url)
const common = commonOf(fork)
// The block of a case stands on this one alone.
const genesisHash = hexToBytes((await call('eth_getBlockByNumber', '0x0', false)).hash)
/// Some programs keep anvil busy for seconds, more of them on a machine that has other work.
const kPatienceMs = 120_000
const kPauseMs = 10
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, '0')}`

/// Anvil follows a designator on Cancun, too, where code never begins like one.
function withoutDesignators(pre) {
  for (const account of Object.values(pre)) {
    if (account.code.startsWith('0xef0100')) account.code = '0x'
  }
}

async function load(test) {
  for (const [address, account] of Object.entries(test.pre)) {
    await call('anvil_setNonce', address, account.nonce)
    await call('anvil_setBalance', address, account.balance)
    await call('anvil_setCode', address, account.code)
    for (const [slot, value] of Object.entries(account.storage)) {
      await call('anvil_setStorageAt', address, word(slot), word(value))
    }
  }
  await call('anvil_setCoinbase', test.env.currentCoinbase)
  await call('evm_setNextBlockTimestamp', Number(test.env.currentTimestamp))
  await call('anvil_setNextBlockBaseFeePerGas', test.env.currentBaseFee)
}

async function send(test) {
  try {
    const hash = await call('eth_sendRawTransaction', bytesToHex(test.txn.serialize()))
    // Whoever has a gap of nonces before it waits in the pool for ever: to anvil that is no error.
    if (Number(test.txn.nonce) > 0) return undefined
    for (const end = Date.now() + kPatienceMs; Date.now() < end; ) {
      const height = await call('eth_blockNumber')
      const receipt = await call('eth_getTransactionReceipt', hash)
      if (receipt !== null) return receipt
      // Its block has come, and without it.
      if (BigInt(height) > 0n) return undefined
      await setTimeout(kPauseMs)
    }
    return undefined
  } catch {
    return undefined
  }
}

const describeTheirs = (receipt) =>
  receipt && JSON.stringify([receipt.status === '0x1', BigInt(receipt.gasUsed).toString(), receipt.logs.map((log) => [log.address, log.topics, log.data])])
const describeReference = (receipt) =>
  receipt && JSON.stringify([receipt.status, receipt.gasUsed.toString(), receipt.logs.map(([address, topics, data]) => [bytesToHex(address), topics.map(bytesToHex), bytesToHex(data)])])

async function accountsOfTheirs(test) {
  const out = []
  for (const address of Object.keys(test.pre)) {
    const slots = []
    for (let slot = 0; slot < 4; slot += 1) slots.push(BigInt(await call('eth_getStorageAt', address, word(slot), 'latest')))
    out.push([BigInt(await call('eth_getBalance', address, 'latest')), BigInt(await call('eth_getTransactionCount', address, 'latest')), slots])
  }
  return out.join()
}

async function accountsOfReference(test, state) {
  const out = []
  for (const text of Object.keys(test.pre)) {
    const address = createAddressFromString(text)
    const account = await state.getAccount(address)
    const slots = []
    for (let slot = 0; slot < 4; slot += 1) {
      const bytes = await state.getStorage(address, hexToBytes(word(slot)))
      slots.push(bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes)))
    }
    out.push([account?.balance ?? 0n, account?.nonce ?? 0n, slots])
  }
  return out.join()
}

const tally = new Tally()
for (let i = 0; i < Number(countText); i += 1) {
  const seed = BigInt(seedText) + BigInt(i)
  const test = makeCase(seed, false)
  if (fork === 'cancun') withoutDesignators(test.pre)
  const snapshot = await call('evm_snapshot')
  await load(test)
  const receipt = await send(test)
  const reference = await judge(test, common, () => genesisHash)
  tally.check(`seed ${seed} ${fork}: receipt`, describeReference(reference.receipt), describeTheirs(receipt))
  tally.check(`seed ${seed} ${fork}: accounts`, await accountsOfReference(test, reference.state), await accountsOfTheirs(test))
  await call('anvil_dropAllTransactions')
  await call('evm_revert', snapshot)
}
tally.end()
