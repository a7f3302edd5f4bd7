import { MismatchError } from "../../errors.ts";
import type { ProgressOptions } from "../../progress.ts";
import { unpackBits } from "../client/bits.ts";
import { type RingShape, ringOf } from "../client/format.ts";
import { type RowResult, rowCoefficients, rowResultOf } from "../client/row-result.ts";
import type { LeveledCore } from "../core.ts";
import type { GadgetName } from "../gadget.ts";
import { INSIDE, introduce, Opaque, type Permit } from "../inside.ts";
import { type LoadedSelectors, loadedSelectorsOf } from "../loaded.ts";
import { resultBits } from "../noise.ts";
import type { Task } from "../threads/crew.ts";
import { slot, Tape } from "../threads/tape.ts";
import { joined, rounded } from "./evaluate.ts";
import type { TableShape } from "./table-shape.ts";

/* Private fetch: a tree of CMux gates over the rows of a table, which is in the clear. */

interface Content {
  readonly core: LeveledCore;
  readonly shape: TableShape;
  /** For each piece of the rows the addresses of plaintexts, integers of 32 bits in all coefficients. */
  readonly pieces: readonly (readonly number[])[];
}

/** For the rest of the module: what is in a table. */
export let tableContentOf: (table: ClearTable) => Content;

/** A table in the clear that an engine has taken in: see `LeveledEngine.table`. */
export class ClearTable extends Opaque {
  readonly #content: Content;
  #disposed = false;

  static {
    introduce(ClearTable, {
      name: "ClearTable",
      noun: "a table",
      source: "engine.table(shape, data) makes one",
      instead: "engine.fetch(table, selectors) fetches a row of it",
      written: "it stays in its engine",
    });
    tableContentOf = (table) => {
      if (table.#disposed) throw new MismatchError("the table has been disposed of");
      return table.#content;
    };
  }

  /** @internal */
  constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  get shape(): TableShape {
    return this.#content.shape;
  }

  /** Gives the memory back, once no row is being fetched. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { core, pieces } = this.#content;
    const bytes = 4 * core.parameters.polynomialSize;
    core.release(pieces.flat().map((address) => [address, bytes]));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Puts rows into the memory of an engine. @throws OutOfMemoryError, the signal's reason. */
export async function placeTable(
  core: LeveledCore,
  shape: TableShape,
  data: Uint8Array,
  options: ProgressOptions,
): Promise<Content> {
  const { rows, rowBytes, payload, rowsEach, coefficientsEach, pieces } = shape;
  const { polynomialSize: N } = core.parameters;
  const pace = new INSIDE.Pace(options);
  const made: number[][] = Array.from({ length: pieces }, () => []);
  const leaves = Math.ceil(rows / rowsEach);
  try {
    for (let leaf = 0; leaf < leaves; leaf++) {
      const addresses = made.map((piece) => {
        const address = core.heap.allocate(4 * N);
        piece.push(address);
        new Uint32Array(core.heap.memory.buffer, address, N).fill(0);
        return address;
      });
      for (let i = 0; i < rowsEach && leaf * rowsEach + i < rows; i++) {
        const row = data.subarray((leaf * rowsEach + i) * rowBytes, (leaf * rowsEach + i + 1) * rowBytes);
        const padded = new Uint8Array(Math.ceil((coefficientsEach * payload) / 8));
        padded.set(row);
        const values = unpackBits(padded, 0, coefficientsEach, payload);
        for (const [piece, address] of addresses.entries()) {
          const some = pieces === 1 ? values : values.subarray(piece * N, (piece + 1) * N);
          const at = pieces === 1 ? i * coefficientsEach : 0;
          new Uint32Array(core.heap.memory.buffer, address, N).set(some, at);
        }
      }
      await pace.done((leaf + 1) / leaves);
      core.checkAlive();
    }
  } catch (error) {
    core.release(made.flat().map((address) => [address, 4 * N]));
    throw error;
  }
  return { core, shape, pieces: made };
}

/** Plaintexts below one task's root: 2^8. */
const TASK_LEVELS = 8;

/** The row that selectors say: see `LeveledEngine.fetch`. */
export async function fetchRow(
  core: LeveledCore,
  { shape, pieces }: Content,
  selectors: LoadedSelectors,
  options: ProgressOptions,
): Promise<RowResult> {
  const { payload, rowBytes, leafBits, placeBits, coefficientsEach, variance } = shape;
  const { gadget, address, stride } = loadedSelectorsOf(selectors);
  const ring: RingShape = ringOf(core.parameters);
  const bits = resultBits(core.parameters, variance, 2 ** payload, coefficientsEach);
  const ggsw = (bit: number): number => address + bit * stride;
  const size = core.accumulatorBytes;
  const { polynomialSize: N } = ring;
  const levels = Math.min(TASK_LEVELS, leafBits);
  const leaves = pieces[0].length;
  const roots = Math.ceil(leaves / 2 ** levels);
  const all = rowCoefficients(rowBytes, payload, N);
  return core.lend(pieces.length * roots * size, async (area) => {
    /** Leaves below a node, and the node's value in its slot; the nodes above are made of two below. */
    const write = (tape: Tape, piece: readonly number[], first: number, target: number): void => {
      tree(tape, {
        count: Math.min(2 ** levels, leaves - first),
        leaf: (at, into) => tape.place(piece[first + at], N, 64 - payload, into),
        gadget,
        ggsw,
        firstBit: 0,
        zero: core.zero,
        target,
      });
    };
    function* tasks(): Generator<Task, void> {
      const tape = new Tape();
      for (const [p, piece] of pieces.entries()) {
        for (let root = 0; root < roots; root++) {
          write(tape, piece, root * 2 ** levels, area + (p * roots + root) * size);
          yield { tape: tape.take(), progress: (p * roots + root + 1) / (pieces.length * roots) };
        }
      }
    }
    const slots = 2 * leafBits + 4;
    const after = async ([first]: readonly number[]): Promise<RowResult> => {
      const glwes = [];
      for (const [p, wanted] of all.entries()) {
        const tape = new Tape();
        tree(tape, {
          count: roots,
          leaf: (at, into) => tape.copy(area + (p * roots + at) * size, into),
          ...{ gadget, ggsw, firstBit: levels, zero: core.zero, target: slot(0) },
        });
        // The row moves to the beginning of its plaintext, by each bit of its place there.
        for (let bit = 0; bit < placeBits; bit++) {
          const rotation = 2 * N - ((2 ** bit * coefficientsEach) % (2 * N));
          tape.rotate(gadget, ggsw(leafBits + bit), rotation % (2 * N), slot(0));
        }
        await core.once(tape.take(), first);
        glwes.push(rounded(ring, await joined(core, first, []), bits, wanted));
      }
      return rowResultOf({ ring, bits, length: rowBytes, payload, glwes });
    };
    return core.run({ slots, outputs: slots, tasks: tasks(), after }, options);
  });
}

/** A tree of gates over some leaves. */
interface Tree {
  readonly count: number;
  /** Writes what puts a leaf somewhere. */
  readonly leaf: (index: number, into: number) => void;
  readonly gadget: number;
  /** The selector of a bit of the index. */
  readonly ggsw: (bit: number) => number;
  /** The bit of the selectors that is the lowest of the index. */
  readonly firstBit: number;
  readonly zero: number;
  readonly target: number;
}

/** Chooses the leaf whose index the selectors are, depth first: where there is no leaf, there is nothing. */
function tree(tape: Tape, { count, leaf, gadget, ggsw, firstBit, zero, target }: Tree): void {
  const depth = Math.ceil(Math.log2(Math.max(1, count)));
  /** Puts the node over leaves from `first` on into a place; slots from 1 + 2·level on are free. */
  const node = (first: number, level: number, into: number): void => {
    if (level === 0) {
      leaf(first, into);
      return;
    }
    const [low, high] = [slot(2 * level), slot(2 * level + 1)];
    node(first, level - 1, low);
    const middle = first + 2 ** (level - 1);
    if (middle < count) node(middle, level - 1, high);
    tape.multiplex(gadget, low, middle < count ? high : zero, low, ggsw(firstBit + level - 1), into);
  };
  node(0, depth, target);
}

/** @throws MismatchError unless there are as many selectors as a table needs, of its gadget. */
export function checkSelectors(core: LeveledCore, shape: TableShape, selectors: LoadedSelectors): void {
  const { gadget } = loadedSelectorsOf(selectors);
  const names: readonly GadgetName[] = ["coarse", "fine"];
  if (selectors.length !== shape.selectors)
    throw new MismatchError(`${selectors.length} selectors; a row of the table takes ${shape.selectors}`);
  if (names[gadget] !== shape.gadget)
    throw new MismatchError(
      `selectors of the ${names[gadget]} gadget; those of the table are ${shape.gadget}`,
    );
  core.checkAlive();
}
