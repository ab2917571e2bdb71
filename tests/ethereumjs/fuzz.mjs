// usage: node fuzz.mjs SEED CASES FILE [plain]
// Writes FILE, state tests of CASES random cases from SEED on, each for Cancun, Prague and Osaka, with the results of
// @ethereumjs/vm. `plain`: without what came later (makeCase). tests/ethereumjs/fuzz runs the ledger on them.
import { writeFileSync } from 'node:fs'
import { bytesToHex } from '@ethereumjs/util'
import { makeCase } from './case.mjs'
import { commonOf, judge } from './reference.mjs'

const [seedText, countText, file, kind] = process.argv.slice(2)
const kForks = ['cancun', 'prague', 'osaka']
const out = {}
for (let i = 0; i < Number(countText); i += 1) {
  const seed = BigInt(seedText) + BigInt(i)
  for (const fork of kForks) {
    const test = makeCase(seed, true, kind !== 'plain')
    const { post } = await judge(test, commonOf(fork))
    const name = fork[0].toUpperCase() + fork.slice(1)
    const indexes = { data: 0, gas: 0, value: 0 }
    out[`${kind === 'plain' ? 'plain ' : ''}seed ${seed} ${fork}`] = {
      env: test.env,
      pre: test.pre,
      config: test.config,
      post: { [name]: [{ ...post, txbytes: bytesToHex(test.txn.serialize()), indexes }] },
    }
  }
}
writeFileSync(file, JSON.stringify(out))
