import { add32, and32, type FunctionBuilder, get, load32 } from "./assembler.ts";

/** Bytes that are prefetched in one round. */
const roundBytes = 512;

/**
 * prefetch(address, bytes): has the cache fetch what will be read next, in whole rounds of 512 bytes. WebAssembly has no
 * instruction for that, so it reads a word of each line, and drops it. Memory delivers lines that are asked for at once in
 * far less time than one after the other, as computing comes to them.
 */
export function prefetch(f: FunctionBuilder): void {
  f.let("i32", add32(get("address"), and32(get("bytes"), -roundBytes)), "end");
  f.emit("(block $done (loop $next");
  f.emit(`(br_if $done (i32.ge_u ${get("address")} ${get("end")}))`);
  for (let line = 0; line < roundBytes; line += 64) f.emit(`(drop ${load32(get("address"), line)})`);
  f.increment("address", roundBytes);
  f.emit("(br $next)))");
}
