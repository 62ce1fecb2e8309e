import { expect, test } from 'vitest'
import { COLUMNS, COMMON_LABELS, NAMED_DEMOGRAPHICS } from '../../schemas/columns.ts'
import { isForbiddenLabel } from '../../schemas/forbidden.ts'

test.each([
  ...[
    'Salary',
    ...['Basic Pay', 'Total Pay', 'Pay Group', 'Gross', 'Earnings', 'Income', 'Commission', 'CTC', 'Stipend'],
    ...['Lohngruppe', 'Wynagrodzenie', 'Palkka', 'Lønn', 'Sozialversicherungsnr.', 'Krankenkasse'],
    ...[
      'Religionszugehörigkeit',
      'Gewerkschaftsmitglied',
      'Numéro de sécurité sociale',
      'Bankkonto',
      'CURP',
      'NIR',
    ],
    'Base Salary (EUR)',
    'baseSalary',
    'BaseSalary',
    'BASE_SALARY',
    'Annual-Salary',
    'Hourly Rate',
    'Pay',
  ],
  ...[
    'Compensation Band',
    'Bonus %',
    'Pay Grade',
    'Stock Options',
    'Monatslohn',
    'Grundgehalt',
    'Rémunération',
  ],
  ...[
    'IBAN',
    'Bank',
    'Bank Name',
    'BankAccountNumber',
    'bankaccount',
    'Routing Number',
    'Sort-Code',
    'Kontonummer',
  ],
  ...[
    'SSN',
    'SSN (last 4)',
    'Social_Security Number',
    'SOCIALSECURITYNUMBER',
    'SIN',
    'National ID',
    'Tax ID',
    'NI Number',
  ],
  ...['Passport No.', "Driver's License", 'Aadhaar', 'Steuer-ID', 'Visa Number', 'Sozialversicherungsnummer'],
  ...['Disability', 'Health Insurance', 'Medical Notes', 'Sick Days', 'Blood Type', 'Schwerbehinderung'],
  ...[
    'Religion',
    'Religious Belief',
    'Konfession',
    'Union',
    'Union Member?',
    'Trade Union',
    'Political Party',
  ],
  ...['Sexual Orientation', 'S\u200balary', 'Ｓａｌａｒｙ', 'Bank Holiday Bank'],
])('"%s" is never stored', (label) => {
  expect(isForbiddenLabel(label)).toBe(true)
})

test.each([
  ...[
    'Salaried',
    'Bank Holiday Region',
    'Union Square Office',
    'Health & Safety Officer',
    'Health and Safety Lead',
  ],
  ...[
    'European Union Citizen',
    'Mental Health First Aider',
    'Healthcare Division',
    'Embankment',
    'Reunion Team',
  ],
  ...[
    'Sindico',
    'Singapore',
    'Tincture',
    'Panel',
    'Payment Team',
    'Payroll Group',
    'Pay Day Group',
    'Ethics Committee',
  ],
  ...[
    'Tax Office Location',
    'Taxi Zone',
    'Account Disabled',
    'Social Committee',
    'National Team',
    'Passportal',
  ],
  ...['Medium', 'Wager', 'Wagen', 'Bonn', 'Ibanez Club', 'Unionize', 'Ohne Angabe', 'TEAM', 'Straße'],
])('"%s" is a label like any other', (label) => {
  expect(isForbiddenLabel(label)).toBe(false)
})

test('nothing that Rollcall itself understands is forbidden', () => {
  const names = [
    ...COLUMNS.flatMap((column) => [column.header, ...column.aliases]),
    ...Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, aliases]) => [label, ...aliases]),
    ...COMMON_LABELS,
  ]
  expect(names.filter(isForbiddenLabel)).toEqual([])
})
