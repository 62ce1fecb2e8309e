/** How long an address waits after it misbehaved, and who never does. */
import { connect } from 'node:net'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { createPenalties, type Offence } from '../../../server/sftp/penalties.ts'
import { login, startSftp, type TestServer, until, uploadFile } from '../../support/sftp-server.ts'

const STRANGER = '203.0.113.5'
const CUSTOMER = '198.51.100.7'

function clocked(sharedAddresses: readonly string[] = []) {
  const clock = { ms: 0 }
  return { clock, penalties: createPenalties({ sharedAddresses, nowMs: () => clock.ms }) }
}

describe('penalties', () => {
  test.each<[Offence, number, number]>([
    ['login', 5, 5_000],
    ['garbage', 5, 10_000],
    ['grace', 5, 10_000],
    ['probe', 60, 1_000],
  ])(
    'of %s: %i cost nothing, then %i ms and twice as much each time, up to ten minutes',
    (offence, free, firstMs) => {
      const { penalties } = clocked()
      for (let count = 0; count < free; count++) expect(penalties.punish(STRANGER, offence)).toBe(0)
      expect(penalties.mayCome(STRANGER)).toBe(true)
      expect(penalties.punish(STRANGER, offence)).toBe(firstMs)
      expect(penalties.punish(STRANGER, offence)).toBe(firstMs * 2)
      expect(penalties.mayCome(STRANGER)).toBe(false)
      for (let count = 0; count < 30; count++) penalties.punish(STRANGER, offence)
      expect(penalties.punish(STRANGER, offence)).toBe(600_000)
    },
  )

  test('end by themselves, and are forgotten after a quiet hour', () => {
    const { clock, penalties } = clocked()
    for (let count = 0; count < 6; count++) penalties.punish(STRANGER, 'login')
    expect(penalties.mayCome(STRANGER)).toBe(false)
    clock.ms = 5_001
    expect(penalties.mayCome(STRANGER)).toBe(true)
    clock.ms = 3_600_001
    expect(penalties.punish(STRANGER, 'login')).toBe(0)
  })

  test('of one address are none of another, and IPv6 neighbours in one /64 are one', () => {
    const { penalties } = clocked()
    for (let count = 0; count < 9; count++) penalties.punish(`2001:db8:1:2::${count}`, 'login')
    expect(penalties.mayCome('2001:db8:1:2:ffff::1')).toBe(false)
    expect(penalties.mayCome('2001:db8:1:3::1')).toBe(true)
    expect(penalties.mayCome(CUSTOMER)).toBe(true)
  })

  test('are forgiven by a login with a key, not by one with a password', () => {
    const { penalties } = clocked()
    for (let count = 0; count < 6; count++) penalties.punish(STRANGER, 'login')
    penalties.welcome(STRANGER, 'password')
    expect(penalties.punish(STRANGER, 'login')).toBe(10_000)
    penalties.welcome(STRANGER, 'key')
    expect(penalties.punish(STRANGER, 'login')).toBe(0)
  })

  test('leave a budget to an address from which a customer came lately, whoever else sits there', () => {
    const { clock, penalties } = clocked()
    penalties.welcome(CUSTOMER, 'key')
    for (let count = 0; count < 20; count++) penalties.punish(CUSTOMER, 'login')
    const admitted = () =>
      Array.from({ length: 50 }, () => penalties.mayCome(CUSTOMER)).filter(Boolean).length
    expect(admitted()).toBe(10)
    clock.ms += 3_000
    expect(admitted()).toBe(1)
    clock.ms += 60_000
    expect(admitted()).toBe(10)
    expect(penalties.mayCome(STRANGER)).toBe(true)
  })

  test('never shut out an address that many share', () => {
    const { penalties } = clocked(['172.17.0.0/16'])
    for (let count = 0; count < 99; count++) expect(penalties.punish('172.17.0.1', 'login')).toBe(0)
    expect(penalties.mayCome('172.17.0.1')).toBe(true)
  })

  test('take a bounded memory, however many addresses there are', () => {
    const { penalties } = clocked()
    for (let count = 0; count < 50_000; count++) {
      penalties.punish(`10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`, 'garbage')
      penalties.welcome(`11.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`, 'key')
    }
    expect(penalties.size).toBe(40_000)
  })
})

describe('at the door', () => {
  async function wrongLogin(server: TestServer, localAddress: string): Promise<void> {
    const client = new ssh2.Client()
    const { privateKey } = newEd25519Key('wrong')
    const config = { host: '127.0.0.1', port: server.port, username: 'acme', privateKey, localAddress }
    await login(client, config).catch(() => {})
    client.end()
  }
  const isShutOut = (server: TestServer) =>
    server.lines().some((line) => line.includes('shut out for a while'))

  test('a stranger who tries keys is shut out, and a customer from elsewhere uploads', async () => {
    await using server = await startSftp({ sharedAddresses: [] })
    for (let round = 0; round < 12 && !isShutOut(server); round++) await wrongLogin(server, '127.0.5.1')
    await until(() => isShutOut(server), 'the stranger to be shut out')
    await expect(server.connect({ localAddress: '127.0.5.1' })).rejects.toThrow()
    await uploadFile(server, 'a.csv', { localAddress: '127.0.5.2' })
  })

  test('a customer behind the same address as a stranger still uploads', async () => {
    await using server = await startSftp({ sharedAddresses: [] })
    await uploadFile(server, 'before.csv', { localAddress: '127.0.5.3' })
    for (let round = 0; round < 12 && !isShutOut(server); round++) await wrongLogin(server, '127.0.5.3')
    await until(() => isShutOut(server), 'the address to be shut out')
    await uploadFile(server, 'after.csv', { localAddress: '127.0.5.3' })
  })

  test('a health check that connects and leaves is no offence', async () => {
    await using server = await startSftp({ sharedAddresses: [] })
    for (let round = 0; round < 100; round++) {
      const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.5.4' })
      await new Promise((resolve) => socket.once('connect', resolve))
      socket.destroy()
    }
    await uploadFile(server, 'a.csv', { localAddress: '127.0.5.4' })
    expect(isShutOut(server)).toBe(false)
  })
})
