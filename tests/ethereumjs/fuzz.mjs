// usage: node fuzz.mjs SEED CASES FILE
// Writes FILE, state tests of CASES random cases from SEED on, each for Cancun, Prague and Osaka, with the results of
// @ethereumjs/vm. tests/ethereumjs/fuzz runs the ledger on them.
import { writeFileSync } from 'node:fs'
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'
import { makeCase } from './case.mjs'
import { judge } from './reference.mjs'

const [seedText, countText, file] = process.argv.slice(2)
const kForks = ['cancun', 'prague', 'osaka']
const out = {}
for (let i = 0; i < Number(countText); i += 1) {
  const seed = BigInt(seedText) + BigInt(i)
  for (const fork of kForks) {
    const common = createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: fork, customCrypto: { kzg: {} } })
    const test = makeCase(seed)
    const { post } = await judge(test, common)
    const name = fork[0].toUpperCase() + fork.slice(1)
    const indexes = { data: 0, gas: 0, value: 0 }
    out[`seed ${seed} ${fork}`] = {
      env: test.env,
      pre: test.pre,
      config: test.config,
      post: { [name]: [{ ...post, txbytes: bytesToHex(test.txn.serialize()), indexes }] },
    }
  }
}
writeFileSync(file, JSON.stringify(out))
