import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mustBeStrong } from '../../keys/password-rules.ts'

describe('a password is refused that others would try first:', () => {
  test.each([
    'passwordpassword',
    'Password12345678!',
    'P@ssw0rdP@ssw0rd1',
    'qwertyuiopasdfghjkl',
    '123456789012345678',
    'abcdefghijklmnop12',
    '1qaz2wsx3edc4rfv5tgb',
    'correcthorsebatterystaple',
    'iloveyouforever2024',
    'Welcome2026Welcome2026',
    'aaaaaaaaaaaaaaaaaaaaa',
    'acme inc acme inc 2026',
    'ada.lovelace@acme.example',
    'Lovelace-Ada-123456',
  ])('%s', (password) => {
    expect(() => mustBeStrong(password, ['ada.lovelace@acme.example', 'Ada Lovelace', 'Acme Inc'])).toThrow(
      'too easy',
    )
  })
})

describe('a password is taken that nobody has on a list:', () => {
  test.each([
    'tangerine velvet 8 anchors',
    'Zu Fuß über die Alpen',
    'k8#mQ!x2vR9$wLp',
    '人山人海一石二鳥花鳥風月電光石火春夏秋',
  ])('%s', (password) => {
    expect(() => mustBeStrong(password, ['ada@acme.example'])).not.toThrow()
  })

  test('such as any that a password manager makes', () => {
    const sign = fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_')
    fc.assert(
      fc.property(fc.array(sign, { minLength: 20, maxLength: 40 }), (signs) => {
        fc.pre(new Set(signs).size > 14)
        expect(() => mustBeStrong(signs.join(''), ['ada@acme.example', 'Ada'])).not.toThrow()
      }),
    )
  })
})
