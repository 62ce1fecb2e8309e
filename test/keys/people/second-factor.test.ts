import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../importer/db/open.ts'
import { createPeople } from '../../../keys/people/people.ts'
import { codeAt, createSecondFactor, fromBase32, toBase32 } from '../../../keys/people/second-factor.ts'
import { openVault } from '../../../keys/vault.ts'
import { databaseOn, ENGINES, type EngineName, temporaryFolder } from '../../support/engines.ts'

const STEP_MS = 30_000

// RFC 6238, appendix B, the last six of the eight digits there.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is %s', (second, code) => {
  expect(codeAt(Buffer.from('12345678901234567890'), Math.floor(second / 30))).toBe(code)
})

test('a secret is read by apps as it was made', () => {
  expect(toBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      expect(fromBase32(toBase32(bytes))).toEqual(Buffer.from(bytes))
    }),
  )
})

async function open(engine: EngineName) {
  const { db, close } = await openDatabase(await databaseOn(engine))
  onTestFinished(close)
  const clock = { at: Date.parse('2026-11-21T09:00:10Z') }
  const now = () => new Date(clock.at)
  const path = `${temporaryFolder()}/master.key`
  const factor = createSecondFactor({ db, vault: () => openVault(path, { mayCreate: true }), now })
  const people = createPeople({ db, now })
  const { user } = await people.add({ email: 'eve@acme.example' })
  const made = await factor.begin(user)
  const code = (stepsAway = 0) => codeAt(fromBase32(made.secret), Math.floor(clock.at / STEP_MS) + stepsAway)
  const wait = (ms: number) => {
    clock.at += ms
  }
  return { db, factor, people, user, made, code, wait }
}

describe.each(ENGINES)('a second factor on %s', (engine) => {
  test('is in use only when the first code was right', async () => {
    const { factor, people, user, made, code } = await open(engine)
    const wrong = code() === '000000' ? '000001' : '000000'
    for (const given of [wrong, '', '12345', `${code()}0`])
      await expect(factor.confirm(user.id, made.sealed, given)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    expect((await people.find(user.id)).hasSecondFactor).toBe(false)
    await factor.confirm(user.id, made.sealed, `${code().slice(0, 3)} ${code().slice(3)}`)
    expect((await people.find(user.id)).hasSecondFactor).toBe(true)
  })

  test('takes each code once, of two at once too, and half a minute early or late', async () => {
    const { factor, user, made, code, wait } = await open(engine)
    await factor.confirm(user.id, made.sealed, code())
    await expect(factor.check(user.id, code())).rejects.toMatchObject({ code: 'CODE_WRONG' })
    wait(3 * STEP_MS)
    const both = await Promise.allSettled([factor.check(user.id, code(-1)), factor.check(user.id, code(-1))])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const away of [-2, 2])
      await expect(factor.check(user.id, code(away))).rejects.toMatchObject({ code: 'CODE_WRONG' })
    await factor.check(user.id, code(1))
  })

  test('is sealed: not in the database as it is, and of nobody else', async () => {
    const { db, factor, people, user, made, code } = await open(engine)
    await factor.confirm(user.id, made.sealed, code())
    const row = await db.selectFrom('web_user').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(made.secret)
    const { user: kim } = await people.add({ email: 'kim@acme.example' })
    await expect(factor.confirm(kim.id, made.sealed, code())).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
    })
  })

  test('is gone when it is turned off, or the person reset', async () => {
    const { factor, people, user, made, code, wait } = await open(engine)
    await factor.confirm(user.id, made.sealed, code())
    await people.reset(user.id)
    wait(STEP_MS)
    await expect(factor.check(user.id, code())).rejects.toMatchObject({ code: 'CODE_WRONG' })
  })
})
