/**
 * Lets V8 count the buffers of packets as part of its heap. By default it counts what lies outside on its own and
 * marks the whole heap again after every few dozen megabytes of them; of an upload of 1 GiB that was 130 times, and
 * half of the server's CPU. Counted together, marking comes when the heap as a whole has grown.
 */
import { setFlagsFromString } from 'node:v8'

/** For the whole process; again is the same. A V8 that does not know the flag goes on as before. */
export function countPacketsWithHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit')
}
