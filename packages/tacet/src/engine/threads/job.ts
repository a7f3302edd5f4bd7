import type { Lookup, LookupForm } from "../../scheme/bootstrap.ts";
import { JOB_HEADER_BYTES } from "./queue.ts";

/*
 * A job in shared memory: the queue's header, then one lookup.
 *
 *   words 0–1        constant
 *   word 2           address of the lookup polynomial
 *   words 3, 4       number of terms and of outputs
 *   word 5           form of the terms, as an index into `FORMS`
 *   from word 6      terms:   (ciphertext address, coefficient) each, as the kernel reads them
 *   then             outputs: (coefficient, ciphertext address, offset in two words) each
 */

const FORMS: readonly LookupForm[] = ["big", "compact", "switched", "random", "stored"];
const PREFIX_BYTES = 24;
const TERM_BYTES = 8;
const OUTPUT_BYTES = 16;

/** A lookup whose terms are not in memory yet. */
export interface JobContent extends Omit<Lookup, "terms" | "termCount"> {
  readonly terms: readonly { readonly address: number; readonly coefficient: number }[];
}

export function jobBytes(termCount: number, outputCount: number): number {
  return JOB_HEADER_BYTES + PREFIX_BYTES + termCount * TERM_BYTES + outputCount * OUTPUT_BYTES;
}

export function writeJob(memory: WebAssembly.Memory, job: number, content: JobContent): void {
  const { form, terms, outputs } = content;
  const view = new DataView(memory.buffer, job + JOB_HEADER_BYTES);
  view.setBigUint64(0, BigInt.asUintN(64, content.constant), true);
  view.setUint32(8, content.table, true);
  view.setUint32(12, terms.length, true);
  view.setUint32(16, outputs.length, true);
  view.setUint32(20, FORMS.indexOf(form), true);
  let at = PREFIX_BYTES;
  for (const { address, coefficient } of terms) {
    view.setUint32(at, address, true);
    view.setInt32(at + 4, coefficient, true);
    at += TERM_BYTES;
  }
  for (const { coefficient, address, offset } of outputs) {
    view.setUint32(at, coefficient, true);
    view.setUint32(at + 4, address, true);
    view.setBigUint64(at + 8, offset, true);
    at += OUTPUT_BYTES;
  }
}

export function readJob(memory: WebAssembly.Memory, job: number): Lookup {
  const start = job + JOB_HEADER_BYTES;
  const view = new DataView(memory.buffer, start);
  const termCount = view.getUint32(12, true);
  const outputCount = view.getUint32(16, true);
  const terms = PREFIX_BYTES;
  const outputs = Array.from({ length: outputCount }, (_, i) => {
    const at = terms + termCount * TERM_BYTES + i * OUTPUT_BYTES;
    return {
      coefficient: view.getUint32(at, true),
      address: view.getUint32(at + 4, true),
      offset: view.getBigUint64(at + 8, true),
    };
  });
  return {
    form: FORMS[view.getUint32(20, true)],
    constant: view.getBigUint64(0, true),
    table: view.getUint32(8, true),
    terms: start + terms,
    termCount,
    outputs,
  };
}
