/** The words of the frame, and those that several pages share. */
import type { RunState, StatusKind } from '../../../../importer/types.ts'

export const COMMON = {
  product: 'Rollcall',
  skip: 'Skip to content',
  navigation: 'Main',
  where: 'Where you are',
  sections: {
    overview: 'Overview',
    imports: 'Imports',
    review: 'Review',
    employees: 'Employees',
    charts: 'Charts',
    sources: 'Sources',
    settings: 'Settings',
  },
  waiting: (count: number) => (count === 1 ? '1 waits for review' : `${count} wait for review`),
  chooseAccount: 'Choose an account',
  account: 'Account',
  allAccounts: 'All accounts',
  you: 'Your account',
  signOut: 'Sign out',
  theme: { label: 'Colours', auto: 'As the system', light: 'Light', dark: 'Dark', set: 'Set' },
  newer: 'Newest',
  older: 'Older',
  more: 'Next page',
  first: 'First page',
  none: 'None',
  never: 'Never',
  yes: 'Yes',
  no: 'No',
  copy: 'Copy',
  copied: 'Copied',
  cancel: 'Cancel',
  save: 'Save',
  show: 'Show',
  back: 'Back',
  scrollable: 'Table, scrolls sideways',
  asTable: 'The numbers as a table',
  offline: 'The server cannot be reached just now. What you see may be old.',
  requestId: 'Request',
} as const

export const STATE_LABELS: Readonly<Record<RunState, string>> = {
  received: 'Received',
  reading: 'Reading',
  planned: 'Planned',
  held: 'Needs review',
  approved: 'Applying',
  applied: 'Applied',
  reported: 'Applied',
  succeeded: 'Succeeded',
  succeeded_with_errors: 'With errors',
  rejected: 'Refused',
  failed: 'Failed',
  discarded: 'Discarded',
  duplicate: 'Nothing new',
  dry_run: 'Dry run',
  undone: 'Undone',
}

export const STATUS_LABELS: Readonly<Record<StatusKind, string>> = {
  failing: 'Failing',
  review: 'Needs review',
  late: 'Late',
  errors: 'With errors',
  running: 'Running',
  waiting: 'No file yet',
  healthy: 'Healthy',
}

const NUMBERS = new Intl.NumberFormat('en-US')

export function number(count: number): string {
  return NUMBERS.format(count)
}

export function howMany(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** `every day`, `every 6 hours`. */
export function everySoOften(ms: number): string {
  const hours = Math.round(ms / 3_600_000)
  if (hours < 1) return `every ${Math.max(1, Math.round(ms / 60_000))} minutes`
  if (hours === 1) return 'every hour'
  if (hours < 20) return `every ${hours} hours`
  const days = Math.round(ms / 86_400_000)
  if (days <= 1) return 'every day'
  return days === 7 ? 'every week' : `every ${days} days`
}

export function share(part: number, whole: number): string {
  if (whole === 0) return '0 %'
  const percent = (part / whole) * 100
  // What is not quite all must not read as all, nor what is not nothing as nothing.
  if (percent > 99.4 && part < whole) return '> 99 %'
  if (percent < 0.6 && part > 0) return '< 1 %'
  return `${Math.round(percent)} %`
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `2 days`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 119.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

export function fileSize(bytes: number): string {
  if (bytes < 1_000) return howMany(bytes, 'byte')
  const units = ['kB', 'MB', 'GB', 'TB']
  let [size, unit] = [bytes / 1_000, 0]
  while (size >= 999.95 && unit < units.length - 1) [size, unit] = [size / 1_000, unit + 1]
  return `${size.toFixed(1)} ${units[unit]}`
}
