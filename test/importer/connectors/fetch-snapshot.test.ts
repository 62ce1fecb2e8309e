import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Connector, ConnectorContext, SnapshotFacts } from '../../../importer/connectors/connector.ts'
import { fetchSnapshot } from '../../../importer/connectors/fetch-snapshot.ts'
import { ImportError } from '../../../importer/errors.ts'
import { deliveryPath, receiptPath } from '../../../importer/files.ts'
import { deliverySchema } from '../../../schemas/delivery.ts'
import { connectionSettingsSchema } from '../../../schemas/hris/connection.ts'
import { temporaryFolder } from '../../support/engines.ts'

const ASKED = { accountId: 'acme', source: 'justworks', mode: 'apply', sentBy: 'schedule' } as const
const REQUEST = { ...ASKED, mapping: 1 } as const
const FACTS: SnapshotFacts = { people: 2, notes: [] }
const NOW = new Date('2026-11-21T09:00:00Z')

/** A connector of which only the rows matter. */
function connectorOf(snapshot: Connector['snapshot']): Connector {
  const check = () => Promise.reject(new Error('nobody asked'))
  return { kind: 'justworks', title: 'Justworks', readAccess: [], automaticMapping: [], check, snapshot }
}

async function fetchFrom(snapshot: Connector['snapshot']) {
  const dataDir = temporaryFolder()
  const clock = { now: () => NOW }
  const context: ConnectorContext = {
    http: { send: () => Promise.reject(new Error('nobody asked')) },
    settings: connectionSettingsSchema.parse({ kind: 'justworks' }),
    credential: () => Promise.reject(new Error('nobody asked')),
    signal: new AbortController().signal,
    clock,
  }
  const fetched = fetchSnapshot({ dataDir, clock }, REQUEST, connectorOf(snapshot), context)
  return { dataDir, fetched }
}

describe('a snapshot becomes a delivery', () => {
  test('with its receipt, byte for byte what was yielded, and no spreadsheet would run a cell of it', async () => {
    const { dataDir, fetched } = await fetchFrom(async function* () {
      yield [['email', 'custom.x']]
      yield [
        ['ada@example.com', '=1+1'],
        ['björn@example.com', 'a "b", c'],
      ]
      return FACTS
    })
    const { delivery, sha256, facts } = await fetched
    const text = readFileSync(deliveryPath(dataDir, delivery), 'utf8')
    expect(text).toBe('email,custom.x\nada@example.com,\'=1+1\nbjörn@example.com,"a ""b"", c"\n')
    expect(delivery).toMatchObject({ ...ASKED, importType: 'full', size: Buffer.byteLength(text) })
    expect(delivery).toMatchObject({
      snapshot: { mapping: 1, notes: [] },
      fileName: 'justworks-20261121-090000.csv',
      receivedAt: NOW.toISOString(),
    })
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(facts).toEqual(FACTS)
    expect(deliverySchema.parse(JSON.parse(readFileSync(receiptPath(dataDir, delivery), 'utf8')))).toEqual(
      delivery,
    )
  })

  test('whole or not at all: where the list breaks off, nothing is left to be taken for one', async () => {
    const { dataDir, fetched } = await fetchFrom(async function* () {
      yield [['email'], ['ada@example.com']]
      throw new ImportError('API_PARTIAL', { system: 'Justworks', problem: 'a page is missing' })
    })
    await expect(fetched).rejects.toMatchObject({ code: 'API_PARTIAL' })
    expect(readdirSync(join(dataDir, 'deliveries', '.partial'))).toEqual([])
    expect(existsSync(join(dataDir, 'deliveries', 'acme'))).toBe(false)
  })
})
