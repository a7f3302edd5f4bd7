import type { FunctionBuilder } from "./assembler.ts";
import { drop, i32 } from "./instructions.ts";

/** Bytes that are prefetched in one round. */
const roundBytes = 512;

/**
 * prefetch(address, bytes): has the cache fetch what will be read next, in whole rounds of 512 bytes. WebAssembly has no
 * instruction for that, so it reads a word of each line, and drops it. Memory delivers lines that are asked for at once in
 * far less time than one after the other, as computing comes to them.
 */
export function prefetch(f: FunctionBuilder): void {
  const [address, bytes] = f.params("i32");
  const end = f.let("i32", i32.add(address, i32.and(bytes, -roundBytes)));
  f.until(i32.ge_u(address, end), () => {
    for (let line = 0; line < roundBytes; line += 64) f.emit(drop(i32.load(address, line)));
    f.increment(address, roundBytes);
  });
}
