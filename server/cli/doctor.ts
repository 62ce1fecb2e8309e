/** `doctor`: looks at everything a server needs, changes nothing, and says what to do about what it finds. */
import type { SettingKey } from '../settings.ts'
import { jsonText } from './context.ts'
import { examine, type Finding, type Mark } from './doctor/examine.ts'
import { EXIT } from './failure.ts'
import type { Colors, Terminal } from './terminal.ts'

export async function doctor(
  terminal: Terminal,
  flags: Partial<Record<SettingKey, string>>,
  { json }: { json: boolean },
): Promise<number> {
  const findings = await examine(terminal, flags)
  const isWell = findings.every(({ mark }) => mark !== 'fail')
  if (json) await terminal.data(jsonText({ ok: isWell, checks: findings }))
  else await terminal.data(text(findings, terminal.outColors))
  return isWell ? EXIT.done : EXIT.failed
}

function text(findings: readonly Finding[], colors: Colors): string {
  const labelWidth = Math.max(...findings.map(({ check }) => check.length)) + 2
  const lines = findings.flatMap(({ mark, check, found, fix }) => {
    const head = `  ${inColor(mark, colors)}  ${check.padEnd(labelWidth)}${found}`
    return fix === null ? [head] : [head, `${' '.repeat(8 + labelWidth)}${colors.dim('Fix:')} ${fix}`]
  })
  return `\n${lines.join('\n')}\n\n  ${summary(findings, colors)}\n\n`
}

function inColor(mark: Mark, colors: Colors): string {
  if (mark === 'fail') return colors.red('fail')
  return mark === 'warn' ? colors.yellow('warn') : colors.green('ok  ')
}

function summary(findings: readonly Finding[], colors: Colors): string {
  const count = (mark: Mark) => findings.filter((finding) => finding.mark === mark).length
  const [fails, warns] = [count('fail'), count('warn')]
  if (fails > 0)
    return colors.bold(colors.red(`${fails} to fix first${warns > 0 ? `, ${warns} to look at` : ''}.`))
  return warns > 0 ? colors.bold(`Works; ${warns} to look at.`) : colors.bold('All is well.')
}
