/** Names under which programs write a file that is not finished; it becomes one when it is renamed. */
const TEMPORARY = /^\.|^~\$|\.(?:filepart|part|tmp|partial|crdownload)$|\.octransferid[^/]*$/i

/** True for a name that must never be taken for a finished file. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name)
}
