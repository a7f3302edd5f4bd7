import { addKernel, openKernel } from "../kernel/open.ts";
import { memoryError, needingMemory } from "../memory.ts";
import { describe, introduce, Opaque, PERMIT } from "../opaque.ts";
import { checkFlag, checkNumber, checkOptions } from "../options.ts";
import { KNOWN_SETS } from "../parameters/known-sets.ts";
import { validateParameters } from "../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../parameters/sets.ts";
import { checkProgressOptions, Pace } from "../progress.ts";
import { MaskGenerator } from "../random/mask-generator.ts";
import type { MaskSeed } from "../random/mask-seed.ts";
import { throwIfAborted } from "../realm.ts";
import { freshRandom } from "../scheme/key-random.ts";
import { MaskStream } from "../scheme/lwe/mask-stream.ts";
import * as noise from "../scheme/noise.ts";
import { roundElements } from "../scheme/packing.ts";
import { ggswsOf } from "../scheme/server-key/key-source.ts";
import { encryptBits, withRing } from "../scheme/server-key/ring.ts";
import { processorCount, startThread, whyNoThreads } from "./threads/platform.ts";

/** What `tacet/leveled` is made with beside what users import. */
export interface Kit {
  readonly addKernel: typeof addKernel;
  readonly openKernel: typeof openKernel;
  readonly memoryError: typeof memoryError;
  readonly needingMemory: typeof needingMemory;
  readonly MaskStream: typeof MaskStream;
  readonly freshRandom: typeof freshRandom;
  readonly describe: typeof describe;
  readonly introduce: typeof introduce;
  readonly Opaque: typeof Opaque;
  readonly PERMIT: typeof PERMIT;
  readonly Pace: typeof Pace;
  readonly throwIfAborted: typeof throwIfAborted;
  readonly checkFlag: typeof checkFlag;
  readonly checkNumber: typeof checkNumber;
  readonly checkOptions: typeof checkOptions;
  readonly checkProgressOptions: typeof checkProgressOptions;
  readonly DEFAULT_PARAMETERS: typeof DEFAULT_PARAMETERS;
  readonly KNOWN_SETS: typeof KNOWN_SETS;
  readonly validateParameters: typeof validateParameters;
  readonly noise: typeof noise;
  readonly roundElements: typeof roundElements;
  readonly ggswsOf: typeof ggswsOf;
  readonly encryptBits: typeof encryptBits;
  readonly withRing: typeof withRing;
  /** Fills an array with the elements that a seed stands for, from number `first` on. */
  readonly fillMask: (seed: MaskSeed, out: BigUint64Array, first: number) => void;
  readonly processorCount: typeof processorCount;
  readonly startThread: typeof startThread;
  readonly whyNoThreads: typeof whyNoThreads;
}

/** It is a module of its own, which gets this from the library's and has no copy of it. */
export const KIT: Kit = {
  addKernel,
  openKernel,
  memoryError,
  needingMemory,
  MaskStream,
  freshRandom,
  describe,
  introduce,
  Opaque,
  PERMIT,
  Pace,
  throwIfAborted,
  checkFlag,
  checkNumber,
  checkOptions,
  checkProgressOptions,
  DEFAULT_PARAMETERS,
  KNOWN_SETS,
  validateParameters,
  noise,
  roundElements,
  ggswsOf,
  encryptBits,
  withRing,
  fillMask: (seed, out, first) => new MaskGenerator(seed).fill(out, first),
  processorCount,
  startThread,
  whyNoThreads,
};
