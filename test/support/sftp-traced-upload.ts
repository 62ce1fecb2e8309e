/** A program of its own for the test that watches system calls: one upload, and a line on stdout when it was answered. */
import { writeSync } from 'node:fs'
import { OPEN_FLAG, STATUS } from '../../server/sftp/protocol/constants.ts'
import { RawSftp } from './sftp-raw-client.ts'
import { openChannel, startSftp } from './sftp-server.ts'

await using server = await startSftp()
const client = new RawSftp(await openChannel(await server.connect()))
await client.init()
const handle = await client.open('/inbox/traced.csv', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC)
await client.write(handle, 0, 'Name\nA\n')
writeSync(1, 'CLOSING\n')
const { code } = await client.close(handle)
writeSync(1, code === STATUS.OK ? 'ANSWERED OK\n' : 'ANSWERED NO\n')
