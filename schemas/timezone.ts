/** Names of time zones, as this runtime knows them. */

/** The name in its proper case (`europe/berlin` -> `Europe/Berlin`), or null where there is no such zone. */
export function timezoneName(name: string): string | null {
  const seen = SEEN.get(name)
  if (seen !== undefined) return seen
  const found = lookUp(name)
  // Bounded: a hostile file must not grow this table for ever.
  if (SEEN.size < 2_000) SEEN.set(name, found)
  return found
}

/** True for an IANA time zone name that this runtime knows. */
export function isTimezone(name: string): boolean {
  return timezoneName(name) !== null
}

const SEEN = new Map<string, string | null>()
const PROPER = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]))

function lookUp(name: string): string | null {
  // Offsets such as "+02:00" are accepted by Intl and are not names of zones.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return null
  const proper = PROPER.get(name.toLowerCase())
  if (proper !== undefined) return proper
  try {
    // An older name of a zone, such as Asia/Kolkata for this runtime: kept, since replacing it would surprise.
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    return null
  }
}
