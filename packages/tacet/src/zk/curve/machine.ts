import { processorCount, whyNoThreads } from "../../engine/threads/platform.ts";
import { DeserializationError } from "../../errors.ts";
import { Heap } from "../../kernel/heap.ts";
import type { Pace } from "../../progress.ts";
import { CurveKernel } from "../kernel/kernel.ts";
import { pointBytes } from "../kernel/layout.ts";
import { loadCurveModule } from "../kernel/load.ts";
import { centred, LANES, mod, SCALAR_FIELD } from "../kernel/prime-field.ts";
import { readPoint, writePoint } from "./affine.ts";
import { type CompressedPoint, Decompressor } from "./decompress.ts";
import { FIXED_WINDOWS, fixedBaseBytes, tableBytes, writeTable } from "./fixed-base.ts";
import { G1, G2, type Group, type Point } from "./group.ts";
import {
  countOf,
  joinWindows,
  type PointRange,
  SCALAR_WORDS,
  taskBytes,
  windowsFor,
  writeScalars,
} from "./multi-multiply.ts";
import { Pairing, type PairingTerm } from "./pairing.ts";
import { type Polynomial, type Product, ProductSum, polynomialBytes } from "./polynomials.ts";
import { ProjectivePoints } from "./projective.ts";
import { Region } from "./region.ts";
import { checkBytes, SubgroupCheck } from "./subgroup.ts";
import { type Area, CallingThread, type Crew, type CurveTask } from "./tasks.ts";
import { WorkerCrew } from "./threads/crew.ts";

const { modulus: r } = SCALAR_FIELD;

/** Some milliseconds' work. */
const SCALARS_PER_TASK = 512;
const POINTS_PER_CHECK = 64;

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

/** Computes on the curve, in a memory of its own. */
export class CurveMachine {
  readonly kernel: CurveKernel;
  readonly #heap: Heap;
  readonly #crew: Crew;
  readonly #small: Region;
  readonly #points: Readonly<Record<Group["name"], ProjectivePoints>>;
  readonly #pairing: Pairing;
  readonly #checks: Readonly<Record<Group["name"], SubgroupCheck>>;
  readonly #decompressors: Readonly<Record<Group["name"], Decompressor>>;

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
    this.#checks = {
      G1: new SubgroupCheck(kernel, G1, this.#small),
      G2: new SubgroupCheck(kernel, G2, this.#small),
    };
    this.#decompressors = {
      G1: new Decompressor(kernel, G1, this.#small),
      G2: new Decompressor(kernel, G2, this.#small),
    };
  }

  /**
   * @param options.threads how many workers compute; as many as there are processors unless given. With 0, or where there can
   *   be none, the calling thread computes, in turns of the event loop.
   * @throws UnsupportedPlatformError, OutOfMemoryError, WorkerError where the platform lacks what it needs.
   */
  static async create(options: { readonly threads?: number | undefined } = {}): Promise<CurveMachine> {
    const threads = whyNoThreads() === undefined ? (options.threads ?? processorCount()) : 0;
    const shared = threads > 0;
    const module = await loadCurveModule(shared);
    const heap = new Heap({ shared });
    try {
      const tables = heap.allocate(CurveKernel.tablesBytes);
      CurveKernel.writeTables(heap.memory, tables);
      const kernel = new CurveKernel(module, heap.memory, tables);
      const setup = { module, memory: heap.memory, tables };
      const crew = shared ? await WorkerCrew.start(threads, setup) : new CallingThread(kernel);
      return new CurveMachine(kernel, heap, crew);
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

  /** Bytes of memory that something holds. */
  get usedBytes(): number {
    return this.#heap.usedBytes;
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

  /**
   * The points of a curve that have been compressed, whole.
   *
   * @throws DeserializationError if one has an abscissa that no point has.
   */
  async decompress(group: Group, points: readonly (Point | CompressedPoint)[], pace: Pace): Promise<Point[]> {
    const whole = [...points] as Point[];
    const places = points.flatMap((point, i) => (point !== undefined && "compressed" in point ? [i] : []));
    for (let first = 0; first < places.length; first += LANES) {
      const some = places.slice(first, first + LANES);
      const found = this.#decompressors[group.name].decompress(some.map((i) => points[i] as CompressedPoint));
      for (const [lane, point] of found.entries()) {
        if (point === undefined)
          throw new DeserializationError(`point ${some[lane]} of ${group.name} is not on the curve`, 0);
        whole[some[lane]!] = point;
      }
      await pace.done(0);
    }
    return whole;
  }

  /** Which of a few points lie on the curve and in the group. */
  check(group: Group, points: readonly Point[]): boolean[] {
    return this.#checks[group.name].check(points);
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
    const plans: Plan[] = [];
    for (const sum of sums) {
      plans.push(this.#plan(sum));
      await pace.done(0);
    }
    const bytes = plans.reduce((total, plan) => total + plan.bytes, 0);
    return this.#withArea(bytes, async (area) => {
      const region = new Region(area.address, area.bytes);
      const tasks: CurveTask[] = [];
      const results: (() => Point)[] = [];
      for (const plan of plans) {
        results.push(plan.place(region, tasks));
        await pace.done(0);
      }
      const largest = Math.max(64, ...plans.map((plan) => plan.taskBytes));
      await this.#run(tasks, largest, pace);
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
          tasks.push({
            kind: "multiples",
            group: group.name,
            points: ranges,
            scalars: words,
            windows,
            first: i * LANES,
            out,
          });
        const result = region.take(points.bytes);
        return () => {
          joinWindows(points, this.kernel, group, windows, outs, result);
          return points.read(result)[0];
        };
      },
    };
  }

  /** Has the crew carry tasks out, each with so many bytes of its own. */
  async #run(tasks: readonly CurveTask[], bytes: number, pace: Pace): Promise<void> {
    const size = Math.ceil(bytes / 64) * 64;
    await this.#withArea(size * this.#crew.size, async ({ address }) => {
      const areas = Array.from({ length: this.#crew.size }, (_, i) => ({
        address: address + i * size,
        bytes: size,
      }));
      await this.#crew.run(tasks, areas, pace);
    });
  }

  /** The multiples of a group's generator by scalars, of which each is from 1 to r − 1; where one is 0, infinity. */
  async multiplesOfGenerator(group: Group, scalars: readonly bigint[], pace: Pace): Promise<PointTable> {
    const bytes = pointBytes(group.coordinates);
    const infinite = new Set(scalars.flatMap((scalar, i) => (scalar === 0n ? [i] : [])));
    const address = this.#heap.allocate(scalars.length * bytes);
    const working = fixedBaseBytes(group, SCALARS_PER_TASK);
    await this.#withArea(tableBytes(group), async ({ address: table }) => {
      await this.#withArea(working, async (area) => {
        const work = writeTable(this.kernel, group, table, new Region(area.address, area.bytes));
        for (const _ of work) await pace.done(0);
      });
      await pace.done(0);
      await this.#withArea(scalars.length * SCALAR_WORDS * 4, async ({ address: words }) => {
        // Where infinity is to be, something else is computed, as sums have no room for it.
        const used = scalars.map((scalar) => (scalar === 0n ? 1n : centred(scalar, r)));
        writeScalars(this.kernel, words, used, FIXED_WINDOWS);
        const tasks: CurveTask[] = [];
        for (let first = 0; first < scalars.length; first += SCALARS_PER_TASK) {
          const count = Math.min(SCALARS_PER_TASK, scalars.length - first);
          const [own, out] = [words + first * SCALAR_WORDS * 4, address + first * bytes];
          tasks.push({ kind: "fixed base", group: group.name, table, scalars: own, count, out });
        }
        await this.#run(tasks, working, pace);
      });
    });
    return { group, address, count: scalars.length, infinite };
  }

  /** Whether all points of a table lie on the curve and in the group. */
  async areInGroup({ group, address, count, infinite }: PointTable, pace: Pace): Promise<boolean> {
    const bytes = pointBytes(group.coordinates);
    const tasks: CurveTask[] = [];
    return this.#withArea((count + 1) * 4, async ({ address: results }) => {
      let begin = 0;
      for (const end of [...[...infinite].sort((x, y) => x - y), count]) {
        for (let first = begin; first < end; first += POINTS_PER_CHECK) {
          const task = { points: address + first * bytes, count: Math.min(POINTS_PER_CHECK, end - first) };
          tasks.push({ kind: "check", group: group.name, ...task, out: results + 4 * tasks.length });
        }
        begin = end + 1;
      }
      await this.#run(tasks, checkBytes(group), pace);
      return tasks.every((_, i) => this.kernel.words[results / 4 + i] === 1);
    });
  }

  /** The points of a table. */
  async readPoints(table: PointTable, pace: Pace): Promise<Point[]> {
    const points: Point[] = [];
    for (let i = 0; i < table.count; i++) {
      points.push(this.pointAt(table, i));
      if (i % 256 === 0) await pace.done(0);
    }
    return points;
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
