import { Heap } from "../../kernel/heap.ts";
import type { Pace } from "../../progress.ts";
import { CurveKernel } from "../kernel/kernel.ts";
import { pointBytes } from "../kernel/layout.ts";
import { loadCurveModule } from "../kernel/load.ts";
import { centred, LANES, mod, SCALAR_FIELD } from "../kernel/prime-field.ts";
import { readPoint, writePoint } from "./affine.ts";
import { G1, G2, type Group, type Point } from "./group.ts";
import {
  countOf,
  digitOffset,
  joinWindows,
  type PointRange,
  SCALAR_WORDS,
  taskBytes,
  type Windows,
  windowsFor,
} from "./multi-multiply.ts";
import { Pairing, type PairingTerm } from "./pairing.ts";
import { type Polynomial, type Product, ProductSum, polynomialBytes } from "./polynomials.ts";
import { ProjectivePoints } from "./projective.ts";
import { Region } from "./region.ts";
import { type Area, type CurveTask, perform } from "./tasks.ts";

const { modulus: r } = SCALAR_FIELD;

/** What single points and pairings need. */
const SMALL_BYTES = 2 ** 20;

/** A multiple of a point that is given by its coordinates. */
export interface Term {
  readonly point: Point;
  /** From 0 to r − 1. */
  readonly scalar: bigint;
}

/** Points in the memory, in which infinity has a place but no coordinates. */
export interface PointTable {
  readonly group: Group;
  readonly address: number;
  readonly count: number;
  readonly infinite: ReadonlySet<number>;
}

/** A sum of multiples of points of a table from one on, and of others: of G1, or of G2. */
export interface MultiplesOf {
  readonly table: PointTable;
  readonly first: number;
  /** For each point, from −r/2 to r/2 or from 0 to r − 1. */
  readonly scalars: readonly bigint[];
  readonly terms?: readonly Term[];
}

/** Who carries tasks out. */
export interface Crew {
  /** How many tasks at a time. */
  readonly size: number;
  /** Carries tasks out, each in one of the areas, of which there are `size`. */
  run(tasks: readonly CurveTask[], areas: readonly Area[], pace: Pace): Promise<void>;
  stop(): Promise<void>;
}

/** Computes on the curve, in a memory of its own. */
export class CurveMachine {
  readonly kernel: CurveKernel;
  readonly #heap: Heap;
  readonly #crew: Crew;
  readonly #small: Region;
  readonly #points: Readonly<Record<Group["name"], ProjectivePoints>>;
  readonly #pairing: Pairing;

  private constructor(kernel: CurveKernel, heap: Heap, crew: Crew) {
    this.kernel = kernel;
    this.#heap = heap;
    this.#crew = crew;
    this.#small = new Region(heap.allocate(SMALL_BYTES), SMALL_BYTES);
    this.#points = {
      G1: new ProjectivePoints(kernel, G1, this.#small),
      G2: new ProjectivePoints(kernel, G2, this.#small),
    };
    this.#pairing = new Pairing(kernel, this.#small);
  }

  /** @throws UnsupportedPlatformError, OutOfMemoryError where the platform lacks what it needs. */
  static async create(): Promise<CurveMachine> {
    const module = await loadCurveModule(false);
    const heap = new Heap({ shared: false });
    try {
      const tables = heap.allocate(CurveKernel.tablesBytes);
      CurveKernel.writeTables(heap.memory, tables);
      const kernel = new CurveKernel(module, heap.memory, tables);
      return new CurveMachine(kernel, heap, new CallingThread(kernel));
    } catch (error) {
      void heap.release();
      throw error;
    }
  }

  /** Gives the memory back. */
  async release(): Promise<void> {
    await this.#crew.stop();
    await this.#heap.release();
  }

  /** Has some memory for as long as something takes. */
  async #withArea<T>(bytes: number, use: (area: Area) => Promise<T>): Promise<T> {
    const address = this.#heap.allocate(bytes);
    try {
      return await use({ address, bytes });
    } finally {
      this.kernel.doubles.fill(0, address / 8, (address + bytes) / 8); // it may have held secrets
      this.#heap.free(address, bytes);
    }
  }

  /** Writes points to the memory, until `freePoints`. */
  async loadPoints(group: Group, points: readonly Point[], pace: Pace): Promise<PointTable> {
    const bytes = pointBytes(group.coordinates);
    const address = this.#heap.allocate(points.length * bytes);
    const infinite = new Set<number>();
    for (const [i, point] of points.entries()) {
      if (point === undefined) infinite.add(i);
      else writePoint(this.kernel, address + i * bytes, point);
      if (i % 256 === 0) await pace.done(0);
    }
    return { group, address, count: points.length, infinite };
  }

  /** A point of a table. */
  pointAt({ group, address, infinite }: PointTable, index: number): Point {
    if (infinite.has(index)) return undefined;
    return readPoint(this.kernel, group, address + index * pointBytes(group.coordinates));
  }

  freePoints({ group, address, count }: PointTable): void {
    this.#heap.free(address, count * pointBytes(group.coordinates));
  }

  /**
   * Sums of multiples, as many at once as there are.
   *
   * @throws RangeError if a table has fewer points than are asked for.
   */
  async sumsOfMultiples(sums: readonly MultiplesOf[], pace: Pace): Promise<Point[]> {
    const plans = sums.map((sum) => this.#plan(sum));
    const bytes = plans.reduce((total, plan) => total + plan.bytes, 0);
    return this.#withArea(bytes, async (area) => {
      const region = new Region(area.address, area.bytes);
      const tasks: CurveTask[] = [];
      const results = plans.map((plan) => plan.place(region, tasks));
      const largest = Math.max(64, ...plans.map((plan) => plan.taskBytes));
      await this.#withArea(largest * this.#crew.size, async ({ address }) => {
        const areas = Array.from({ length: this.#crew.size }, (_, i) => ({
          address: address + i * largest,
          bytes: largest,
        }));
        await this.#crew.run(tasks, areas, pace);
      });
      const points: Point[] = [];
      for (const join of results) {
        points.push(join());
        await pace.done(0);
      }
      return points;
    });
  }

  #plan({ table, first, scalars, terms = [] }: MultiplesOf): Plan {
    const { group, address, count, infinite } = table;
    if (first < 0 || first + scalars.length > count)
      throw new RangeError(
        `there are ${count} points, and ${scalars.length} were asked for from the ${first}th on`,
      );
    const finite = terms.flatMap(({ point, scalar }) => (point === undefined ? [] : [{ point, scalar }]));
    const own = scalars.map((scalar, i) => (infinite.has(first + i) ? 0n : centred(scalar, r)));
    const all = [...own, ...finite.map(({ scalar }) => centred(scalar, r))];
    const largest = all.reduce((most, scalar) => (abs(scalar) > most ? abs(scalar) : most), 1n);
    const windows = windowsFor(all.length, largest.toString(2).length);
    const bytes = pointBytes(group.coordinates);
    const points = this.#points[group.name];
    const groups = Math.ceil(windows.count / LANES);
    return {
      bytes:
        finite.length * bytes +
        all.length * SCALAR_WORDS * 4 +
        (groups + 2) * points.bytes +
        256 * (groups + 8),
      taskBytes: taskBytes(group, all.length, windows),
      place: (region, tasks) => {
        const ranges: PointRange[] = [{ address: address + first * bytes, count: scalars.length }];
        const others = region.take(Math.max(1, finite.length) * bytes);
        for (const [i, { point }] of finite.entries()) writePoint(this.kernel, others + i * bytes, point);
        ranges.push({ address: others, count: finite.length });
        const words = region.take(countOf(ranges) * SCALAR_WORDS * 4);
        writeScalars(this.kernel, words, all, windows);
        const outs = Array.from({ length: groups }, () => region.take(points.bytes));
        for (const [i, out] of outs.entries())
          tasks.push({ group: group.name, points: ranges, scalars: words, windows, first: i * LANES, out });
        const result = region.take(points.bytes);
        return () => {
          joinWindows(points, this.kernel, group, windows, outs, result);
          return points.read(result)[0];
        };
      },
    };
  }

  /** A sum of multiples of a few points. */
  combine(group: Group, terms: readonly Term[]): Point {
    const points = this.#points[group.name];
    return this.#small.scope(() => {
      const [some, sum] = [points.take(), points.take()];
      points.setInfinity(sum);
      for (let first = 0; first < terms.length; first += LANES) {
        const part = terms.slice(first, first + LANES);
        for (let lane = 0; lane < LANES; lane++) points.write(some, lane, part[lane]?.point);
        const scalars = part.map(({ scalar }) => mod(scalar, r));
        points.multiplyEach(some, some, scalars);
        points.add(sum, sum, some);
      }
      return points.sumOfLanes(sum, LANES);
    });
  }

  /** Whether the product of pairings is 1. */
  productIsOne(terms: readonly PairingTerm[]): boolean {
    return this.#pairing.productIsOne(terms);
  }

  /** The sum of products of polynomials. */
  async sumOfProducts(products: readonly Product[], pace: Pace): Promise<Polynomial> {
    const length = Math.max(...products.map(([a, b]) => a.length + b.length - 1));
    return this.#withArea(polynomialBytes(length), async ({ address, bytes }) => {
      const work = new ProductSum(this.kernel, new Region(address, bytes), products).work();
      for (let step = work.next(); ; step = work.next()) {
        if (step.done) return step.value;
        await pace.done(0);
      }
    });
  }
}

/** What a sum of multiples needs, and how it begins. */
interface Plan {
  readonly bytes: number;
  readonly taskBytes: number;
  /** Writes what tasks need, adds the tasks, and gives what reads the result when they are done. */
  place(region: Region, tasks: CurveTask[]): () => Point;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function writeScalars(
  kernel: CurveKernel,
  address: number,
  scalars: readonly bigint[],
  windows: Windows,
): void {
  const offset = digitOffset(windows);
  const long = new BigUint64Array(SCALAR_WORDS / 2);
  const words = new Uint32Array(long.buffer);
  for (const [i, scalar] of scalars.entries()) {
    let rest = scalar + offset;
    for (let j = 0; j < long.length; j++, rest >>= 64n) long[j] = BigInt.asUintN(64, rest);
    kernel.words.set(words, address / 4 + i * SCALAR_WORDS);
  }
  long.fill(0n);
}

/** The calling thread, which works in turns of the event loop. */
class CallingThread implements Crew {
  readonly size = 1;
  readonly #kernel: CurveKernel;

  constructor(kernel: CurveKernel) {
    this.#kernel = kernel;
  }

  async run(tasks: readonly CurveTask[], [area]: readonly Area[], pace: Pace): Promise<void> {
    for (const task of tasks) {
      perform(this.#kernel, task, area!);
      await pace.done(0);
    }
  }

  async stop(): Promise<void> {}
}
