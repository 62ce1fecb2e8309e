/** Whether the ports are free, or taken by our own server. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { problemOf } from '../../../importer/errors.ts'
import type { Status } from '../../control/door.ts'
import type { Config } from '../../settings.ts'
import type { Finding } from './examine.ts'

interface Port {
  readonly check: string
  readonly host: string
  readonly port: number
  readonly setting: string
  /** Where our own server listens. */
  readonly ours: { readonly host: string; readonly port: number } | null
}

export async function portChecks(config: Config, status: Status | null): Promise<Finding[]> {
  const { sftpHost, sftpPort, httpHost, httpPort } = config
  const sftp = { host: sftpHost, port: sftpPort, setting: 'ROLLCALL_SFTP_PORT', ours: status?.sftp ?? null }
  const http = { host: httpHost, port: httpPort, setting: 'ROLLCALL_HTTP_PORT', ours: status?.http ?? null }
  return await Promise.all([
    portCheck({ check: 'SFTP port', ...sftp }),
    portCheck({ check: 'HTTP port', ...http }),
  ])
}

async function portCheck({ check, host, port, setting, ours }: Port): Promise<Finding> {
  if (ours !== null)
    return { mark: 'ok', check, found: `${ours.host}, port ${ours.port}, our server`, fix: null }
  const place = `${host}, port ${port}`
  const problem = await whyNotFree(host, port)
  if (problem === null) return { mark: 'ok', check, found: `${place}, free`, fix: null }
  const fix = `Stop what listens there, or set ${setting} to another port.`
  return { mark: 'fail', check, found: `${place}: ${problem}`, fix }
}

/** Listens for a moment. */
async function whyNotFree(host: string, port: number): Promise<string | null> {
  const probe = createServer()
  try {
    probe.listen({ host, port })
    await once(probe, 'listening')
    return null
  } catch (error) {
    return problemOf(error)
  } finally {
    probe.close()
  }
}
