/** The commands about the keys by which customers come in. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addKeys(program: Command, act: Act): void {
  const key = program.command('key').description('SSH public keys that may deliver files.')
  withExamples(
    key
      .command('add <file>')
      .description('Let a public key in OpenSSH format deliver files; `-` reads it from stdin.')
      .option('--account <slug>', 'whose key it is')
      .option('--expires <day>', 'its last day, in UTC (default: it has none)')
      .option('--from <networks>', 'addresses and networks from which it may be used (default: everywhere)')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, path: string, options: AddKeyFlags) => {
          const key = { ...options, account: named(options.account), path, json }
          return (await import('../keys.ts')).addKey(context(), key)
        }),
      ),
    'rollcall key add --account acme id_ed25519.pub',
    'rollcall key add --account acme --expires 2027-01-31 --from 203.0.113.0/24,2001:db8::/32 new.pub',
    'ssh-add -L | head -1 | rollcall key add --account acme -',
  )
  withExamples(
    key
      .command('list')
      .description('List the keys.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../keys.ts')).listKeys(context(), { ...options, json }),
        ),
      ),
    'rollcall key list --account acme',
  )
  withExamples(
    key
      .command('revoke <fingerprint>')
      .description('End the use of a key, at once or after a day; open connections end as well.')
      .option('--on <day>', 'its last day, in UTC: until then the old and the new key both work')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, fingerprint: string, options: { on?: string }) =>
          (await import('../keys.ts')).revokeKey(context(), fingerprint, { ...options, json }),
        ),
      ),
    'rollcall key revoke SHA256:h7Vt…',
    'rollcall key revoke SHA256:h7Vt… --on 2027-01-31',
  )
  addHostKeys(key, act)
}

interface AddKeyFlags {
  account?: string
  expires?: string
  from?: string
}

function addHostKeys(key: Command, act: Act): void {
  const host = key.command('host').description('The key by which clients know this server.')
  withExamples(
    host
      .command('show')
      .description('Show its fingerprint, and the next one where a change is planned.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('../host-keys.ts')).showHostKeys(context(), { json })),
      ),
    'rollcall key host show',
  )
  withExamples(
    host
      .command('next')
      .description('Make the next key, so that its fingerprint can be sent to customers ahead.')
      .option('--on <day>', 'the day for which the change is planned')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { on }: { on?: string }) =>
          (await import('../host-keys.ts')).makeNextHostKey(context(), { on, json }),
        ),
      ),
    'rollcall key host next --on 2027-01-31',
  )
  withExamples(
    host
      .command('rotate')
      .description('Show the next key to whoever connects from now on.')
      .option('--early', 'before the planned day')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { early }: { early?: true }) =>
          (await import('../host-keys.ts')).rotateHostKey(context(), { isEarly: early === true, json }),
        ),
      ),
    'rollcall key host rotate',
  )
}
