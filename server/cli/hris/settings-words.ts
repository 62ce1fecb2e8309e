/** Settings of a connection as they are typed: `companyId=CJ6`, `consent.dateOfBirth=true`, `employeeIdFrom=` for the default. */
import { UsageError } from '../failure.ts'

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

export function settingsOfWords(words: readonly string[]): Record<string, Json> {
  const settings: Record<string, Json> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1)
      throw new UsageError(`"${word}" is no setting.`, 'Write name=value, for example companyId=CJ6.')
    const [name = '', inner] = word.slice(0, at).split('.')
    const value = settingOf(word.slice(at + 1))
    const before = settings[name]
    const isNamed = typeof before === 'object' && before !== null && !Array.isArray(before)
    settings[name] = inner === undefined ? value : { ...(isNamed ? before : {}), [inner]: value }
  }
  return settings
}

/** Text, unless it can only be meant as something else. */
function settingOf(text: string): Json {
  if (text === '') return null
  if (!/^(?:true|false|null|[1-9]\d{0,8}|[[{].*)$/s.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
