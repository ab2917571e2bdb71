// What @ethereumjs/vm makes of a case: the state root, the hash of the logs, or the refusal.
import { createBlock } from '@ethereumjs/block'
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import { bytesToHex, createAccount, createAddressFromString, hexToBytes, setLengthLeft, unpadBytes, utf8ToBytes } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import { keccak256 } from 'ethereum-cryptography/keccak.js'
import { kzg } from './kzg.mjs'

const even = (text) => (text.length % 2 === 0 ? text : `0x0${text.slice(2)}`)

async function load(state, pre) {
  for (const [text, account] of Object.entries(pre)) {
    const address = createAddressFromString(text)
    await state.putAccount(address, createAccount({ nonce: BigInt(account.nonce), balance: BigInt(account.balance) }))
    await state.putCode(address, hexToBytes(account.code))
    for (const [slot, value] of Object.entries(account.storage)) {
      await state.putStorage(address, setLengthLeft(hexToBytes(even(slot)), 32), unpadBytes(hexToBytes(even(value))))
    }
  }
  await state.flush()
}

function blockOf(env, common) {
  const header = {
    number: env.currentNumber,
    timestamp: env.currentTimestamp,
    gasLimit: env.currentGasLimit,
    baseFeePerGas: env.currentBaseFee,
    coinbase: env.currentCoinbase,
    mixHash: env.currentRandom,
    difficulty: 0,
    excessBlobGas: env.currentExcessBlobGas,
  }
  return createBlock({ header }, { common, skipConsensusFormatValidation: true })
}

/// The convention of state tests: the hash of a block is that of its height in decimal digits.
const hashOfDigits = (height) => keccak256(utf8ToBytes(String(height)))

/// Blocks of which nothing is known but their hash, for BLOCKHASH.
function chainOf(hashOf) {
  const chain = { getBlock: async (height) => ({ hash: () => hashOf(height) }), shallowCopy: () => chain }
  return chain
}

/// The rules of `fork` with a check of KZG openings.
export const commonOf = (fork) => createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: fork, customCrypto: { kzg } })

/// { hash, logs } and, when the transaction is invalid, expectException; `receipt` and `state` are for other comparisons.
export async function judge(test, common, hashOf = hashOfDigits) {
  const stateManager = new MerkleStateManager({ common })
  const vm = await createVM({ common, stateManager, blockchain: chainOf(hashOf) })
  await load(stateManager, test.pre)
  const out = {}
  let logs = []
  let receipt
  try {
    const tx = createTxFromRLP(test.txn.serialize(), { common })
    const result = await runTx(vm, { tx, block: blockOf(test.env, common), skipHardForkValidation: true })
    logs = result.receipt.logs
    receipt = { status: result.execResult.exceptionError === undefined, gasUsed: result.totalGasSpent, logs }
  } catch (error) {
    out.expectException = error.message.split('\n')[0]
  }
  out.hash = bytesToHex(await stateManager.getStateRoot())
  out.logs = bytesToHex(keccak256(RLP.encode(logs)))
  return { post: out, receipt, state: stateManager }
}
