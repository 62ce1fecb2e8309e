/** Files of invented people, made once and kept: the same for the same numbers on every machine. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { csvLine, peopleCsvChunks } from '../../support/people.ts'

const FOLDER = join(tmpdir(), 'rollcall-bench-people')
const SEED = 1

/** A company of so many people, of whom a share (0 to 1) differ from the plain file. */
export async function peopleFile(count: number, changedShare = 0): Promise<string> {
  return await made(`people-${count}-${changedShare}.csv`, () =>
    Readable.from(peopleCsvChunks({ seed: SEED, count, changedShare })),
  )
}

/** The same people in other bytes: the last line has no end. */
export async function samePeopleFile(count: number): Promise<string> {
  const whole = await peopleFile(count)
  const { size } = await stat(whole)
  return await made(`people-${count}-same.csv`, () => createReadStream(whole, { end: size - 2 }))
}

/** So many people from all over a company's list, about half of them changed. */
export async function fewPeopleFile(few: number, count: number): Promise<string> {
  const whole = await peopleFile(count, 0.5)
  return await made(`people-${few}-of-${count}.csv`, () =>
    Readable.from(everyNth(whole, Math.floor(count / few))),
  )
}

async function* everyNth(path: string, step: number): AsyncGenerator<string> {
  let line = -1
  const records = createReadStream(path).pipe(parse({ delimiter: ',', record_delimiter: '\n' }))
  for await (const record of records as AsyncIterable<string[]>) {
    if (line === -1 || line % step === 0) yield csvLine(record)
    line += 1
  }
}

async function made(name: string, content: () => Readable): Promise<string> {
  const path = join(FOLDER, name)
  if (existsSync(path)) return path
  await mkdir(FOLDER, { recursive: true })
  await pipeline(content(), createWriteStream(`${path}.part`))
  await rename(`${path}.part`, path)
  return path
}
