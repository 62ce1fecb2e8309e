/** The words of the charts. */
import { howMany, number, share } from './common.ts'

export const CHARTS = {
  title: 'Charts',
  lead: 'People, imports and how full the columns are. Each chart has its numbers below it.',
  none: 'Nothing to draw yet',
  noneText: 'The charts fill with the first imports.',
  counting: 'The people are being counted; come back in a moment.',
  people: {
    title: 'People over time',
    lead: 'Employed at the end of each month, by start and end date.',
    text: (first: number, last: number, from: string, to: string) =>
      `${howMany(first, 'person', 'people')} in ${from}, ${howMany(last, 'person', 'people')} in ${to}.`,
    month: 'Month',
    employed: 'Employed',
  },
  moves: {
    title: 'Joined and left',
    lead: 'By start and end date, month by month.',
    joined: 'Joined',
    left: 'Left',
    text: (joined: number, left: number) =>
      `${howMany(joined, 'person', 'people')} joined and ${number(left)} left in the last 24 months.`,
  },
  runs: {
    title: 'Imports by day',
    lead: 'The last 30 days.',
    day: 'Day',
    good: 'Good',
    warn: 'With errors',
    wait: 'Needs review',
    bad: 'Refused or failed',
    neutral: 'Nothing new, discarded, undone',
    text: (runs: number, bad: number) =>
      `${howMany(runs, 'import')} in 30 days, ${number(bad)} refused or failed.`,
  },
  time: {
    title: 'How long imports took',
    lead: 'From arrival to the end, of those that nobody had to look at.',
    file: 'File',
    rows: 'Rows',
    took: 'Took',
    text: (middle: string, longest: string) => `Half of them within ${middle}, the longest ${longest}.`,
  },
  fill: {
    title: (source: string) => `How full the columns are: ${source}`,
    lead: (rows: number) => `Of the ${howMany(rows, 'row')} of the last applied file.`,
    column: 'Column',
    filled: 'With a value',
    share: 'Share',
    text: (columns: number, emptiest: string, filled: number, rows: number) =>
      `${howMany(columns, 'column')}; the emptiest is ${emptiest} with ${share(filled, rows)}.`,
  },
} as const
