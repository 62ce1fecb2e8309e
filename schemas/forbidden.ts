/**
 * Labels whose values must never be stored: pay, bank, government numbers, health, religion, union, politics.
 * Judged by whole words, so "Base Salary (EUR)" and "BaseSalary" are caught and "Salaried" is not. When in doubt a
 * column is dropped: a demographic that is missing can be sent under another label, a salary that was stored cannot
 * be unseen.
 */
import { headerKey } from './headers.ts'

/** True for the header of a column that is to be dropped unread. */
export function isForbiddenLabel(header: string): boolean {
  const key = words(header)
  if (ALONE.has(key.trim())) return true
  let rest = key
  for (const phrase of HARMLESS) rest = rest.replaceAll(` ${phrase} `, ' ')
  return WORDS.some((word) => rest.includes(` ${word} `)) || STEMS.test(rest) || SQUASHED.test(rest)
}

/** The words of a header, each between spaces, whatever it was joined with: `baseSalary`, `base-salary (EUR)`. */
function words(header: string): string {
  const apart = header.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
  const key = headerKey(apart)
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
  return ` ${key.trim()} `
}

/** Phrases that hold a forbidden word and mean something else. */
const HARMLESS: readonly string[] = [
  'bank holiday',
  'bank holidays',
  'union square',
  'union station',
  'union street',
  'european union',
  'health safety',
  'health and safety',
  'mental health first aider',
]

/** Forbidden where they are the whole label; part of too many other labels. */
const ALONE = new Set([
  'pay',
  'sin',
  'tin',
  'pan',
  'nin',
  'nino',
  'dni',
  'cpf',
  'bsn',
  'pesel',
  'allowance',
  'faith',
  'sick',
  ...[
    'gross',
    'net',
    'income',
    'earnings',
    'commission',
    'commissions',
    'stipend',
    'ctc',
    'disabled',
    'routing',
  ],
  ...[
    'bsb',
    'nir',
    'rfc',
    'curp',
    'nss',
    'rut',
    'cuil',
    'cuit',
    'nif',
    'nie',
    'ppsn',
    'pps',
    'amka',
    'oib',
    'egn',
  ],
])

/** Words and phrases, without accents. A plural needs its own entry. */
const WORDS: readonly string[] = [
  // Pay
  ...['salary', 'salaries', 'wage', 'wages', 'compensation', 'remuneration', 'bonus', 'bonuses', 'payslip'],
  ...[
    'pay rate',
    'pay grade',
    'pay band',
    'pay scale',
    'pay amount',
    'base pay',
    'annual pay',
    'gross pay',
    'net pay',
  ],
  ...[
    'hourly pay',
    'hourly rate',
    'daily rate',
    'ote',
    'stock options',
    'garnishment',
    'salaire',
    'salario',
    'sueldo',
  ],
  ...['lohn', 'stipendio', '401k', 'basic pay', 'total pay', 'monthly pay', 'weekly pay', 'daily pay'],
  ...['pay group', 'pay level', 'pay range', 'pay step', 'take home pay', 'variable pay', 'overtime pay'],
  ...['gross income', 'net income', 'annual income', 'gross earnings', 'total earnings', 'sales commission'],
  ...[
    'cost to company',
    'wynagrodzenie',
    'pensja',
    'palkka',
    'lønn',
    'salaris',
    'ordenado',
    'mzda',
    'fizetes',
  ],
  ...['retribuzione', 'retribucion', 'remuneracao', 'vencimento'],
  // Bank
  ...[
    'bank',
    'iban',
    'bic',
    'swift code',
    'account number',
    'account no',
    'routing number',
    'sort code',
    'credit card',
  ],
  ...['kontonummer', 'bankverbindung', 'bankleitzahl', 'compte bancaire', 'cuenta bancaria'],
  // Government numbers
  ...[
    'social security',
    'social insurance',
    'ssn',
    'ssns',
    'sin number',
    'national id',
    'national insurance',
  ],
  ...[
    'national identifier',
    'national identification',
    'ni number',
    'nino number',
    'tax id',
    'tax number',
    'tax code',
  ],
  ...[
    'taxpayer',
    'tax file number',
    'tfn',
    'aadhaar',
    'aadhar',
    'pan number',
    'pan card',
    'codice fiscale',
    'cpf number',
  ],
  ...['passport', 'passports', 'driver license', 'drivers license', 'driver s license', 'driving licence'],
  ...[
    'driving license',
    'driver licence',
    'drivers licence',
    'visa number',
    'identity card',
    'id card number',
  ],
  ...['securite sociale', 'seguridad social', 'sozialversicherung', 'burgerservicenummer'],
  ...['green card', 'steuer id', 'steuernummer', 'sozialversicherungsnummer', 'personalausweis'],
  // Health
  ...['health', 'medical', 'medication', 'diagnosis', 'disability', 'disabilities', 'handicap', 'illness'],
  ...[
    'sickness',
    'sick days',
    'sick leave',
    'blood type',
    'blood group',
    'pregnant',
    'pregnancy',
    'vaccination',
  ],
  ...['vaccinated', 'vaccine', 'krankheit', 'schwerbehindert', 'schwerbehinderung'],
  // Religion, union, politics, private life
  ...[
    'religion',
    'religious',
    'religions',
    'konfession',
    'church tax',
    'union',
    'unions',
    'trade union',
    'gewerkschaft',
  ],
  ...['syndicat', 'sindicato', 'sexual orientation', 'sexuality', 'political', 'politics', 'political party'],
  ...['criminal record', 'biometric', 'biometrics', 'genetic'],
]

// German joins words: Grundgehalt, Monatslohn, Gehaltsgruppe.
const STEMS =
  /gehalt|stundenlohn|monatslohn|bruttolohn|nettolohn|lohngruppe|lohnart|lohnsteuer|sozialversicherung|religionszug|gewerkschaft|krankenkass|krankenversicher|schwerbehind|bankkonto/

/** Phrases of two words written as one: `bankaccount`, `SOCIALSECURITYNUMBER`. */
const SQUASHED =
  /basesalary|annualsalary|salaryamount|hourlyrate|payrate|bankaccount|bankname|accountnumber|routingnumber|socialsecurity|socialinsurance|nationalid|nationalinsurance|taxid|passportnumber|driverslicense|unionmember|sexualorientation/
