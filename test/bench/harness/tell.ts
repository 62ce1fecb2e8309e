/** What a measured process says of itself. Imports nothing: what it would load, it would measure. */

/** For a child: does the work and says what it cost. */
export async function tellMeasure(work: () => Promise<Record<string, unknown>>): Promise<void> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const more = await work()
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const megabytes = process.resourceUsage().maxRSS / 1_024
  process.stdout.write(`${JSON.stringify({ ms, cpuMs: (user + system) / 1_000, megabytes, ...more })}\n`)
}
