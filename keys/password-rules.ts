/** What may be a password. Length is what counts; the rest only keeps out what others would try first. */
import { ImportError } from '../schemas/errors.ts'

const CHARACTERS_MIN = 15
const DIFFERENT_MIN = 6
/** Far more than a person types; a megabyte of password would keep the processor busy. */
export const PASSWORD_BYTES_MAX = 1_024

/** Throws `PASSWORD_WEAK`. `own` are words that anybody would guess of this one: an account's or a person's name. */
export function mustBeStrong(password: string, own: readonly string[]): void {
  if ([...password].length < CHARACTERS_MIN) weak(`it needs at least ${CHARACTERS_MIN} characters`)
  if (Buffer.byteLength(password) > PASSWORD_BYTES_MAX) weak(`it is longer than ${PASSWORD_BYTES_MAX} bytes`)
  // Some clients cut or change them on the way.
  if (/\p{Cc}/u.test(password)) weak('it holds a control character')
  if (new Set(withoutCommon(password, own)).size < DIFFERENT_MIN) weak('it is too easy to guess')
}

/**
 * What is left of a password when everything is taken out that stands in every list of common ones. Of fifteen
 * characters or more, such lists hold hardly anything but these parts in a row.
 */
function withoutCommon(password: string, own: readonly string[]): string {
  let left = plainLetters(password.normalize('NFKC').toLowerCase())
  const words = [...own.flatMap(partsOf), ...COMMON].map(plainLetters).filter((word) => word.length >= 3)
  for (const word of words.sort((a, b) => b.length - a.length)) left = left.replaceAll(word, '')
  for (const run of RUNS) left = left.replaceAll(run, '')
  return left.replaceAll(/(.)\1{2,}/gu, '')
}

/** Letters for the digits and signs that people put in their place, the same way in words and passwords. */
function plainLetters(text: string): string {
  return text.replace(/[@031457$]/g, (sign) => LOOKALIKES[sign] ?? sign)
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ '@': 'a', '0': 'o', '3': 'e', '1': 'i', '4': 'a', '5': 's', '7': 't', $: 's' },
}

/** `ada.lovelace@example.org` is guessed as a whole and in its parts. */
function partsOf(word: string): string[] {
  const lower = word.toLowerCase()
  return [lower, ...lower.split(/[^\p{L}\p{N}]+/u)]
}

const COMMON: readonly string[] = [
  ...[
    'password',
    'passwort',
    'passw',
    'pass',
    'kennwort',
    'wachtwoord',
    'contrasena',
    'motdepasse',
    'secret',
  ],
  ...[
    'geheim',
    'welcome',
    'willkommen',
    'hello',
    'hallo',
    'bonjour',
    'letmein',
    'login',
    'logmein',
    'access',
  ],
  ...['admin', 'administrator', 'root', 'user', 'guest', 'test', 'testing', 'demo', 'default', 'changeme'],
  ...['changeit', 'change', 'rollcall', 'company', 'server', 'employee', 'master', 'monkey', 'dragon'],
  ...[
    'sunshine',
    'princess',
    'football',
    'fussball',
    'baseball',
    'basketball',
    'hockey',
    'soccer',
    'superman',
  ],
  ...[
    'batman',
    'spiderman',
    'pokemon',
    'starwars',
    'trustno',
    'iloveyou',
    'loveyou',
    'love',
    'forever',
    'baby',
  ],
  ...['angel', 'flower', 'shadow', 'michael', 'jennifer', 'jordan', 'ashley', 'daniel', 'jessica', 'charlie'],
  ...['thomas', 'andrew', 'summer', 'winter', 'spring', 'autumn', 'sommer', 'monday', 'friday', 'january'],
  ...['december', 'google', 'facebook', 'linkedin', 'microsoft', 'windows', 'apple', 'samsung', 'internet'],
  ...[
    'computer',
    'mustang',
    'ferrari',
    'porsche',
    'mercedes',
    'liverpool',
    'arsenal',
    'chelsea',
    'barcelona',
  ],
  ...[
    'whatever',
    'freedom',
    'ninja',
    'killer',
    'hunter',
    'cookie',
    'chocolate',
    'cheese',
    'banana',
    'pepper',
  ],
  ...['ginger', 'buster', 'tigger', 'maggie', 'matrix', 'secure', 'security', 'money', 'jesus', 'god'],
  ...[
    'correcthorsebatterystaple',
    'correct',
    'horse',
    'battery',
    'staple',
    'abc',
    'xyz',
    'qwe',
    'asd',
    'zxc',
  ],
  ...[
    '1qaz',
    '2wsx',
    '3edc',
    '4rfv',
    '5tgb',
    '6yhn',
    '7ujm',
    'qaz',
    'wsx',
    'edc',
    '2024',
    '2025',
    '2026',
    '2027',
  ],
]

const ROWS = [
  ...[
    'qwertyuiop',
    'qwertzuiop',
    'azertyuiop',
    'asdfghjkl',
    'zxcvbnm',
    'yxcvbnm',
    'abcdefghijklmnopqrstuvwxyz',
  ],
  '12345678901234567890',
]
/** Every four neighbours of a keyboard's row, of the alphabet and of the digits, either way. */
const RUNS: readonly string[] = [
  ...new Set(
    ROWS.flatMap((row) => [row, [...row].reverse().join('')])
      .flatMap((row) => Array.from({ length: row.length - 3 }, (_, at) => row.slice(at, at + 4)))
      .map(plainLetters),
  ),
]

function weak(problem: string): never {
  throw new ImportError('PASSWORD_WEAK', { problem })
}
