import { describe, expect, test } from 'vitest'
import { ImportError } from '../../importer/errors.ts'
import { isWithin, parseNetworks } from '../../keys/networks.ts'

describe('a list of networks', () => {
  test.each([
    ['', []],
    [' , ', []],
    ['203.0.113.7', ['203.0.113.7/32']],
    ['203.0.113.0/24, 2001:DB8::/32', ['203.0.113.0/24', '2001:db8::/32']],
    ['::1', ['::1/128']],
    ['0.0.0.0/0', ['0.0.0.0/0']],
  ])('%j is read as %j', (text, expected) => {
    expect(parseNetworks(text)).toEqual(expected)
  })

  test.each([
    'x',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    '::/129',
    'fe80::1%eth0',
    '1.2.3.04/8',
  ])('%j is none', (text) => {
    expect(() => parseNetworks(text)).toThrow(ImportError)
  })

  test('is no longer than a person can keep true', () => {
    expect(() => parseNetworks(Array.from({ length: 51 }, () => '10.0.0.1').join())).toThrow(/more than 50/)
  })

  test('that is none is shown without what a terminal would obey', () => {
    expect(() => parseNetworks('a\u001b[31mb')).toThrow('"a??31mb"')
  })
})

describe('an address', () => {
  test.each([
    ['203.0.113.9', ['203.0.113.0/24'], true],
    ['203.0.114.9', ['203.0.113.0/24'], false],
    ['::ffff:203.0.113.9', ['203.0.113.0/24'], true],
    ['2001:db8::5', ['203.0.113.0/24', '2001:db8::/32'], true],
    ['2001:db9::5', ['2001:db8::/32'], false],
    ['fe80::1%eth0', ['fe80::/10'], true],
    ['10.1.2.3', ['0.0.0.0/0'], true],
    ['::1', ['0.0.0.0/0'], false],
    ['', ['0.0.0.0/0'], false],
    ['nonsense', ['0.0.0.0/0', '::/0'], false],
    ['anything', [], true],
  ])('%s in %j: %s', (address, networks, expected) => {
    expect(isWithin(networks, address)).toBe(expected)
  })
})
