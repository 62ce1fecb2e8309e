/** End to end: from a client's put to the report in `/results`, for one customer and for many at the same time. */
import { writePeopleCsv } from '../../support/people.ts'
import type { Bench, Contender, Contest, Measure, Round } from '../harness/contest.ts'
import { measured } from '../harness/measured.ts'
import { type RollcallServer, startRollcall } from '../server/rollcall.ts'
import { connectCustomer } from './customer.ts'
import { companyOf, nightOf } from './nights.ts'

const PUT = 'put to report'
const CLOSE = 'OK to report'
const ALL = 'all of them'
/** Of a 500-row file, from close to report. */
const MS_MAX = 150

export const deliveryBench: Bench = {
  name: 'delivery',
  about: "one customer's file from put to report: 500 and 10,000 rows, a few people changed every time",
  async *contests(options) {
    for (const rows of options.rows ?? [500, 10_000]) {
      await using parts = new AsyncDisposableStack()
      const server = parts.use(await startRollcall(options.folder, ['acme']))
      const puts = options.isQuick ? 5 : rows > 1_000 ? 8 : 30
      const contender = await oneCustomer(parts, server, rows, puts)
      yield {
        title: `A file of ${rows} rows, delivered every night`,
        cases: [PUT, CLOSE],
        contenders: [contender],
        aims: rows === 500 ? [{ kind: 'ms', case: CLOSE, max: MS_MAX }] : [],
        rounds: options.rounds ?? 2,
        warmUp: true,
        rows,
        notes: [
          'Over one connection that stays open; the first file, which creates everybody, is not counted.',
        ],
      }
    }
  },
}

async function oneCustomer(
  parts: AsyncDisposableStack,
  server: RollcallServer,
  rows: number,
  puts: number,
): Promise<Contender> {
  const [account] = server.accounts
  if (!account) throw new Error('the server has an account')
  const customer = await connectCustomer(server.port, account, server.key.privateKey)
  parts.defer(() => customer.end())
  const company = companyOf(rows)
  let night = 0
  return {
    name: 'rollcall',
    missing: null,
    async round() {
      const [toReport, fromClose]: [Measure[], Measure[]] = [[], []]
      for (let put = 0; put < puts; put++) {
        night += 1
        const text = writePeopleCsv(nightOf(company, night))
        const started = performance.now()
        const { closed, reported } = await customer.deliver(`night-${night}.csv`, text)
        toReport.push({ ms: reported - started, cpuMs: null, megabytes: null })
        fromClose.push({ ms: reported - closed, cpuMs: null, megabytes: null })
        await server.rested()
      }
      return { [PUT]: toReport, [CLOSE]: fromClose }
    },
  }
}

export const crowdBench: Bench = {
  name: 'crowd',
  about: '50 accounts that push 500 rows each at the same moment',
  async *contests(options) {
    await using parts = new AsyncDisposableStack()
    const [accounts, rows] = [options.isQuick ? 10 : 50, options.rows?.[0] ?? 500]
    const slugs = Array.from({ length: accounts }, (_, index) => `customer-${index + 1}`)
    const server = parts.use(await startRollcall(options.folder, slugs))
    yield await crowdContest(parts, server, rows, options.rounds ?? (options.isQuick ? 2 : 4))
  },
}

async function crowdContest(
  parts: AsyncDisposableStack,
  server: RollcallServer,
  rows: number,
  rounds: number,
): Promise<Contest> {
  const customers: Awaited<ReturnType<typeof connectCustomer>>[] = []
  for (const [index, account] of server.accounts.entries()) {
    const customer = await connectCustomer(server.port, account, server.keys[index]?.privateKey ?? '')
    parts.defer(() => customer.end())
    customers.push(customer)
  }
  const company = companyOf(rows)
  let night = 0
  return {
    title: `${customers.length} accounts push ${rows} rows each at the same moment`,
    cases: [PUT, ALL],
    contenders: [
      {
        name: 'rollcall',
        missing: null,
        async round(): Promise<Round> {
          night += 1
          const text = writePeopleCsv(nightOf(company, night))
          const each: Measure[] = []
          const all = await measured(server.pid, async () => {
            const started = performance.now()
            await Promise.all(
              customers.map(async (customer) => {
                const { reported } = await customer.deliver(`night-${night}.csv`, text)
                each.push({ ms: reported - started, cpuMs: null, megabytes: null })
              }),
            )
          })
          await server.rested()
          return { [PUT]: each, [ALL]: all }
        },
      },
    ],
    aims: [],
    rounds,
    warmUp: true,
    pieces: customers.length,
    notes: ['The rate is runs per second, for the line of all of them. The clients use the same two cores.'],
  }
}
