// What @ethereumjs/vm makes of a case: the state root, the hash of the logs, or the refusal.
import { createBlock } from '@ethereumjs/block'
import { RLP } from '@ethereumjs/rlp'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import { bytesToHex, createAccount, createAddressFromString, hexToBytes, setLengthLeft, unpadBytes } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import { keccak256 } from 'ethereum-cryptography/keccak.js'

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

/// { hash, logs } and, when the transaction is invalid, expectException; `receipt` and `state` are for other comparisons.
export async function judge(test, common) {
  const stateManager = new MerkleStateManager({ common })
  const vm = await createVM({ common, stateManager })
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
