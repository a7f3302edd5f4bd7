import { Kernel } from "../../kernel/kernel.ts";
import type { KernelParameters } from "../../kernel/layout.ts";
import type { KernelModule } from "../../kernel/variant.ts";
import { DO, OPERANDS } from "./tape.ts";

/** A kernel for products with selectors of a gadget. */
export interface GadgetKernel {
  readonly parameters: KernelParameters;
  /** Address of its tables. */
  readonly tables: number;
}

/** What a thread needs to take part: it can be posted. */
export interface ThreadSetup {
  readonly memory: WebAssembly.Memory;
  readonly module: KernelModule;
  readonly gadgets: readonly GadgetKernel[];
  /** `Executor.scratchBytes` bytes for this thread alone. */
  readonly scratch: number;
}

/** Carries tapes out on one thread. */
export class Executor {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: readonly Kernel[];
  /** A ciphertext as plain elements. */
  readonly #glwe: number;
  /** A mask of one element, and a body, as blind rotations read them. */
  readonly #switched: number;
  readonly #scratch: number;
  readonly #accumulatorBytes: number;

  static scratchBytes(gadgets: readonly GadgetKernel[]): number {
    const layouts = gadgets.map(({ parameters }) => Kernel.layout(parameters));
    const glwe = (gadgets[0].parameters.glweDimension + 1) * layouts[0].torusPolynomial;
    return glwe + 64 + Math.max(...layouts.map((layout) => layout.scratch(1)));
  }

  constructor({ memory, module, gadgets, scratch }: ThreadSetup) {
    this.#memory = memory;
    this.#kernels = gadgets.map(({ parameters, tables }) => new Kernel(module, memory, tables, parameters));
    const [{ layout, parameters }] = this.#kernels;
    this.#accumulatorBytes = layout.accumulator;
    this.#glwe = scratch;
    this.#switched = scratch + (parameters.glweDimension + 1) * layout.torusPolynomial;
    this.#scratch = this.#switched + 64;
  }

  /**
   * Carries out instructions from word `from` on, about so many of them.
   *
   * @param area where the slots of the task begin.
   * @returns where to go on, which is the length of the tape at its end.
   */
  run(tape: Uint32Array, area: number, from = 0, most: number = Number.POSITIVE_INFINITY): number {
    const [kernel] = this.#kernels;
    const scratch = this.#scratch;
    const { buffer } = this.#memory;
    const at = (place: number): number => (place & 1 ? area + (place >>> 1) * this.#accumulatorBytes : place);
    let next = from;
    for (let done = 0; next < tape.length && done < most; done++) {
      const what = tape[next];
      const [a, b, c] = [tape[next + 1], tape[next + 2], tape[next + 3]];
      const [d, e, f] = [tape[next + 4], tape[next + 5], tape[next + 6]];
      next += 1 + OPERANDS[what];
      switch (what) {
        case DO.multiplex:
          this.#kernels[a].multiplex(at(b), at(c), at(d), e, at(f), scratch);
          break;
        case DO.add:
          kernel.addMonomial(at(a), b, c | 0, at(d));
          break;
        case DO.clear:
          new Uint8Array(buffer, at(a), this.#accumulatorBytes).fill(0);
          break;
        case DO.place:
          this.#place(new Uint32Array(buffer, a, b), c, at(d));
          break;
        case DO.rotate:
          new Uint32Array(buffer, this.#switched, 1)[0] = c;
          this.#kernels[a].blindRotate(1, this.#switched, at(d), b, scratch);
          break;
        case DO.round:
          this.#round(at(a), b, c);
          break;
        case DO.copy:
          new Uint8Array(buffer).copyWithin(at(b), at(a), at(a) + this.#accumulatorBytes);
          break;
      }
    }
    return next;
  }

  /** Writes the trivial ciphertext of integers. */
  #place(integers: Uint32Array, shift: number, target: number): void {
    const [kernel] = this.#kernels;
    const { polynomialSize: N } = kernel.parameters;
    const words = new Uint32Array(this.#memory.buffer, this.#glwe, 2 * N).fill(0);
    for (let i = 0; i < integers.length; i++) words[2 * i + 1] = integers[i] << (shift - 32);
    new Uint32Array(this.#memory.buffer, this.#switched, 2).fill(0);
    kernel.initializeAccumulator(this.#glwe, this.#switched, target);
  }

  #round(source: number, bits: number, address: number): void {
    const [kernel] = this.#kernels;
    const { polynomialSize: N, glweDimension: k } = kernel.parameters;
    kernel.storeAccumulator(source, this.#glwe);
    const count = (k + 1) * N;
    const words = new Uint32Array(this.#memory.buffer, this.#glwe, 2 * count);
    const out = new Uint32Array(this.#memory.buffer, address, count);
    const half = 2 ** (31 - bits);
    for (let i = 0; i < count; i++) out[i] = ((words[2 * i + 1] + half) >>> 0) >>> (32 - bits);
  }
}
