/**
 * The first sheet of a workbook as records, read while it streams by. A sheet knows no ragged rows: rows are filled
 * up to the width of the header. A cell says what people see in it, in one form: dates as ISO, booleans as TRUE and
 * FALSE, errors as their text, a formula that was never computed as an error.
 */
import type { Chunks } from './bytes.ts'
import type { IssueList } from './issue-list.ts'
import type { FileFormat, RawRecord, ReadingOptions } from './reading.ts'
import { SheetRows } from './sheet-rows.ts'
import { StringTable } from './string-table.ts'
import { BATCH } from './text-records.ts'
import { openWorkbook, type Workbook } from './workbook.ts'
import { readXml } from './xml.ts'
import type { ZipFound } from './zip.ts'

export interface SheetContext {
  readonly opened: AsyncDisposableStack
  readonly options: ReadingOptions
  readonly wrapping: FileFormat['wrapping']
  readonly issues: IssueList
}

export async function* sheetRecords(zip: ZipFound, context: SheetContext): AsyncGenerator<RawRecord[]> {
  const { opened, options, wrapping, issues } = context
  const workbook = await openWorkbook(zip)
  if (workbook.otherSheets > 0) issues.add('FILE_OTHER_SHEETS', {}, { sheets: workbook.otherSheets })
  options.onFormat?.({ kind: 'xlsx', wrapping, encoding: 'utf-8', hasBom: false, delimiter: ',' })
  const strings = new StringTable(opened, options.spoolDir)
  if (workbook.strings) await readStrings(workbook.strings.read(), strings)
  yield* readSheet(workbook, strings)
}

async function* readSheet(workbook: Workbook, strings: StringTable): AsyncGenerator<RawRecord[]> {
  const rows = new SheetRows(workbook, strings)
  let batch: RawRecord[] = []
  for await (const _ of readXml(workbook.sheet.read(), rows)) {
    for (const row of rows.take()) batch.push(row)
    while (batch.length >= BATCH) {
      yield batch.slice(0, BATCH)
      batch = batch.slice(BATCH)
    }
  }
  if (batch.length > 0) yield batch
}

/** A text may be written in runs of different looks; what is only a reading aid beside it is left out. */
async function readStrings(chunks: Chunks, strings: StringTable): Promise<void> {
  let text = ''
  let isText = false
  let isAid = false
  const handler = {
    open: (name: string): void => {
      if (name === 'si') text = ''
      if (name === 'rPh') isAid = true
      isText = name === 't' && !isAid
    },
    text: (part: string): void => {
      if (isText) text += part
    },
    close: (name: string): void => {
      isText = false
      if (name === 'rPh') isAid = false
      if (name === 'si') strings.add(text)
    },
  }
  for await (const _ of readXml(chunks, handler)) await strings.settle(false)
  await strings.settle(true)
}
