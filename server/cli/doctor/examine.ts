/** The checks of `doctor`, in the order in which their answers make sense. */
import { type ResolvedConfig, resolveConfig } from '../../config.ts'
import type { Config, SettingKey } from '../../settings.ts'
import { nativeCryptoStatus } from '../../sftp/native-crypto.ts'
import { ssh2PatchStatus } from '../../sftp/ssh2-patch.ts'
import type { Terminal } from '../terminal.ts'
import { dataChecks } from './data.ts'
import { diskChecks, inotifyChecks } from './machine.ts'
import { portChecks } from './ports.ts'
import { serverChecks } from './server.ts'

export type Mark = 'ok' | 'warn' | 'fail'

export interface Finding {
  readonly mark: Mark
  readonly check: string
  readonly found: string
  /** Null where nothing needs doing. */
  readonly fix: string | null
}

const NODE_MAJOR_MIN = 24

export async function examine(
  terminal: Terminal,
  flags: Partial<Record<SettingKey, string>>,
): Promise<Finding[]> {
  const resolved = resolveConfig({ env: terminal.env, flags, cwd: terminal.cwd })
  const { config } = resolved
  const first = [nodeVersion(), nativeCrypto(), keyExchange(), ...configuration(resolved)]
  return config === null ? first : [...first, ...(await examineData(config, terminal))]
}

async function examineData(config: Config, terminal: Terminal): Promise<Finding[]> {
  const { findings: server, status } = await serverChecks(config, terminal)
  return [
    ...server,
    ...(await dataChecks(config)),
    ...(await diskChecks(config)),
    ...(await portChecks(config, status)),
    ...(await inotifyChecks()),
  ]
}

function nodeVersion(): Finding {
  const { node } = process.versions
  const isGood = Number.parseInt(node, 10) >= NODE_MAJOR_MIN
  const fix = isGood
    ? null
    : `Use Node ${NODE_MAJOR_MIN}, or start \`rollcall\` as it was installed: it brings one.`
  return { mark: isGood ? 'ok' : 'fail', check: 'Node', found: node, fix }
}

function nativeCrypto(): Finding {
  const { available, reason } = nativeCryptoStatus()
  const check = 'SSH ciphers'
  if (available) return { mark: 'ok', check, found: 'native', fix: null }
  return {
    mark: 'warn',
    check,
    found: 'not native: SFTP runs at half speed',
    fix: `${capitalised(reason ?? '')}.`,
  }
}

function keyExchange(): Finding {
  const { available, reason } = ssh2PatchStatus()
  const check = 'SSH key exchange'
  if (available) return { mark: 'ok', check, found: 'post-quantum', fix: null }
  const found = 'not post-quantum: new OpenSSH clients print a warning at each login'
  return { mark: 'warn', check, found, fix: `${capitalised(reason ?? '')}.` }
}

function configuration({ problems, warnings }: ResolvedConfig): Finding[] {
  const check = 'Configuration'
  if (problems.length + warnings.length === 0) return [{ mark: 'ok', check, found: 'valid', fix: null }]
  return [
    ...problems.map(({ problem, fix }) => ({ mark: 'fail' as const, check, found: problem, fix })),
    ...warnings.map(({ problem, fix }) => ({ mark: 'warn' as const, check, found: problem, fix })),
  ]
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
