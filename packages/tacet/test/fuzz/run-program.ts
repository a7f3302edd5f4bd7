import { conformingBlocks, contentOf as contentOfBlocks } from "../../src/api/values/ciphertext.ts";
import { ciphertextOf } from "../../src/api/values/value-type.ts";
import type { BoolHandle, ClientKey, Engine, Handle, IntegerHandle, StringHandle } from "../../src/index.ts";
import * as tacet from "../../src/index.ts";
import type { ParameterSet } from "../../src/parameters/parameter-set.ts";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { compile } from "../../src/regex.ts";
import type { CiphertextType } from "../../src/wire/core/types.ts";
import { WORLDS } from "./check-plan.ts";
import { evaluate } from "./clear.ts";
import { COMPOSITES, type Machine } from "./composites.ts";
import {
  type Arg,
  type Clear,
  type Crew,
  formatOf,
  type Input,
  isExpression,
  isRef,
  isText,
  isWord,
  type ParametersName,
  type Program,
  type Step,
  type TypeName,
  wrapTo,
} from "./program.ts";
import { Random } from "./random.ts";
import { contentOf, type Ground, Simulation, worldsOf } from "./simulation.ts";

type Value = IntegerHandle | BoolHandle | StringHandle;

/** How a program is run. */
export interface Setting {
  readonly crew: Crew;
  /** What the threads' moves follow from. */
  readonly seed: number;
}

/** What is wrong with a run. */
export interface Failure {
  readonly message: string;
  /** The value that is another than expected. */
  readonly ref?: number;
  readonly world?: number;
}

/** What came of a run. */
export interface Outcome {
  readonly failure: Failure | undefined;
  /** Number of plans, of rotations in them, and of results that were compared. */
  readonly plans: number;
  readonly rotations: number;
  readonly results: number;
}

/** Blocks that are read without noise need no more coefficients than to have an entry each. */
const small = (set: ParameterSet, polynomialSize: number): ParameterSet => {
  return { ...set, glweDimension: 1, polynomialSize };
};
export const PARAMETERS: Readonly<Record<ParametersName, ParameterSet>> = {
  "1_1": small(PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, 32),
  "2_2": small(PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, 32),
  "3_3": small(PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, 128),
};

/** What a program runs on. */
interface Subject {
  readonly engine: Engine;
  /** Loads the ciphertext of an input: the same one each time. */
  load(input: Input): Value;
  /** What a ciphertext holds, in each world that the subject knows of. */
  read(ciphertext: tacet.Ciphertext): Clear[];
  explain(handles: readonly Value[], crew: Crew | undefined): void;
  /** Lets the threads do so much, if it is for the runner to say. */
  run(moves: number): Promise<void>;
  /** Lets them do all. */
  finish(isOpen: () => boolean): Promise<void>;
}

/** Runs a program on a simulated engine, in all worlds at once. */
export async function runSimulated(
  program: Program,
  { crew, seed }: Setting,
  ground: Ground,
): Promise<Outcome> {
  const parameters = PARAMETERS[program.parameters];
  const simulation = new Simulation(ground, parameters, crew, new Random(seed));
  const subject: Subject = {
    engine: simulation.engine,
    load: (input) => simulation.engine.load(encodeInput(input, parameters) as tacet.FheBool),
    read: (ciphertext) => decodeWorlds(ciphertext, parameters),
    explain: (handles, other) => {
      simulation.crew = other ?? crew;
      simulation.engine.explain(...handles);
    },
    run: (moves) => simulation.run(moves),
    finish: (isOpen) => simulation.finish(isOpen),
  };
  const { failure, results } = await runOn(program, subject, () => {
    const { builder, ciphertexts } = simulation;
    if (builder.size === 0 && ciphertexts === 0) return undefined;
    return `${builder.size} nodes and ${ciphertexts} ciphertexts are left when all is disposed of`;
  });
  simulation.dispose();
  return { failure, plans: simulation.plans, rotations: simulation.rotations, results };
}

/**
 * Runs a program on an engine with ciphertexts, in the first world.
 *
 * @param key `null` for ciphertexts that hide nothing.
 */
export async function runEncrypted(
  program: Program,
  engine: Engine,
  key: ClientKey | null,
): Promise<Outcome> {
  const { parameters } = engine.info;
  let plans = 0;
  const ciphertexts = new Map<Input, tacet.Ciphertext>();
  const subject: Subject = {
    engine,
    load: (input) => {
      let ciphertext = ciphertexts.get(input);
      if (ciphertext === undefined) {
        ciphertext = key === null ? trivialInput(input, parameters) : encryptedInput(input, key);
        ciphertexts.set(input, ciphertext);
      }
      return engine.load(ciphertext as tacet.FheBool);
    },
    read: (ciphertext) => {
      const one = ciphertext as tacet.FheBool;
      const value = (key === null ? one.decryptTrivial() : one.decrypt(key)) as
        | number
        | bigint
        | boolean
        | string;
      return [typeof value === "number" ? BigInt(value) : value];
    },
    explain: (handles) => void engine.explain(...handles),
    run: async (moves) => {
      plans++;
      for (let turn = 0; turn < moves; turn++) await nextTurn();
    },
    finish: async (isOpen) => {
      plans++;
      while (isOpen()) await nextTurn();
    },
  };
  const { failure, results } = await runOn(program, subject, () => undefined);
  return { failure, plans, rotations: 0, results };
}

/** @param leftOver says what is left when all has been disposed of. */
async function runOn(
  program: Program,
  subject: Subject,
  leftOver: () => string | undefined,
): Promise<{ failure: Failure | undefined; results: number }> {
  const expected = evaluate(program);
  const handles = new Map<number, Value>();
  const requests: AbortController[] = [];
  let failure: Failure | undefined;
  let results = 0;
  let open = 0;
  const blame = (error: unknown, more: Partial<Failure> = {}): void => {
    failure ??= {
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      ...more,
    };
  };
  const ask = async (ref: number, { signal }: AbortController): Promise<void> => {
    open++;
    try {
      const found = subject.read(await (handles.get(ref) as Handle<tacet.Ciphertext>).ciphertext({ signal }));
      results++;
      for (const [world, value] of found.entries()) {
        const right = expected.get(ref)![world];
        if (right !== undefined && value !== right) {
          const [is, expected] = [value, right].map((one) =>
            typeof one === "string" ? JSON.stringify(one) : one,
          );
          blame(`v${ref} is ${is}, expected ${expected}`, { ref, world });
        }
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) blame(error, { ref });
    } finally {
      open--;
    }
  };

  try {
    for (const input of program.inputs) handles.set(input.id, subject.load(input));
    for (const item of program.items) {
      if (failure !== undefined) break;
      if (item.do === "step") {
        const made = call(item, subject.engine, handles);
        for (const [at, { id }] of item.results.entries()) handles.set(id, made[at]);
      } else if (item.do === "load") {
        const input = program.inputs.find(({ id }) => id === item.of)!;
        handles.set(item.id, subject.load(input));
      } else if (item.do === "request") {
        const request = new AbortController();
        requests.push(request);
        for (const ref of item.refs) void ask(ref, request);
      } else if (item.do === "run") await subject.run(item.moves);
      else if (item.do === "finish") await subject.finish(() => open > 0);
      else if (item.do === "abort") requests[item.request].abort("given up");
      else if (item.do === "explain")
        subject.explain(
          item.refs.map((ref) => handles.get(ref)!),
          item.crew,
        );
      else handles.get(item.ref)!.dispose();
    }
    await subject.finish(() => open > 0);
  } catch (error) {
    blame(error);
  }
  for (const handle of handles.values()) handle.dispose();
  if (failure === undefined) {
    const left = leftOver();
    if (left !== undefined) blame(left);
  }
  return { failure, results };
}

/** Makes the call of a step. */
function call({ target, method, args }: Step, engine: Engine, handles: ReadonlyMap<number, Value>): Value[] {
  const take = (arg: Arg): unknown => {
    if (Array.isArray(arg)) return arg.map(take);
    if (typeof arg === "object" && isRef(arg)) return handles.get(arg.ref);
    if (isWord(arg)) return arg.text;
    if (isExpression(arg)) return compile(new RegExp(arg.pattern, arg.flags));
    if (typeof arg === "bigint") return isShort(arg) ? Number(arg) : arg;
    return typeof arg === "string" ? (makerOf(arg) ?? arg) : arg;
  };
  if (method in COMPOSITES) {
    const operands = args.map(take) as never[];
    return [...COMPOSITES[method](engine as unknown as Machine, ...operands)];
  }
  let self: unknown = engine;
  if (Array.isArray(target)) self = engine.array(take(target) as BoolHandle[]);
  else if (target !== "engine") self = take(target as Arg);
  const operation = (self as Record<string, (...args: unknown[]) => Value | Iterable<Value>>)[method];
  const made = operation.apply(self, args.map(take));
  // Pieces come with whether they are there.
  return Symbol.iterator in made ? [...made].flat() : [made];
}

/** Whether a clear integer is given as a number. */
export function isShort(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function makerOf(type: TypeName): tacet.FheIntegerType | undefined {
  return (tacet as unknown as Record<string, tacet.FheIntegerType>)[type];
}

function digitsOf(input: Input, value: Clear, messageModulus: number): number[] {
  const { type, size = 0 } = input;
  if (formatOf(type).boolean) return [Number(value)];
  const bits = Math.log2(messageModulus);
  if (isText(type)) {
    const word = (value as string).padEnd(size, "\0");
    return [...word].flatMap((character) =>
      Array.from({ length: 8 / bits }, (_, at) => (character.charCodeAt(0) >> (at * bits)) % messageModulus),
    );
  }
  const plain = BigInt.asUintN(formatOf(type).width, value as bigint);
  return Array.from({ length: formatOf(type).width / bits }, (_, at) =>
    Number(BigInt.asUintN(bits, plain >> BigInt(at * bits))),
  );
}

/** The ciphertext of an input in the first world. */
function encryptedInput({ type, values: [value], size }: Input, key: ClientKey): tacet.Ciphertext {
  if (isText(type)) return tacet.FheAsciiString.encrypt(value as string, key, { size });
  if (type === "FheBool") return tacet.FheBool.encrypt(value as boolean, key);
  return makerOf(type)!.encrypt(value as bigint, key);
}

/** The same without encryption. */
function trivialInput({ type, values: [value], size }: Input, parameters: ParameterSet): tacet.Ciphertext {
  if (isText(type)) return tacet.FheAsciiString.encryptTrivial(value as string, { size }, parameters);
  if (type === "FheBool") return tacet.FheBool.encryptTrivial(value as boolean, parameters);
  return makerOf(type)!.encryptTrivial(value as bigint, parameters);
}

/** What stands for a ciphertext in a simulation: each block has a value in each world. */
function encodeInput(input: Input, parameters: ParameterSet): tacet.Ciphertext {
  const { id, type, values, size } = input;
  const { messageModulus } = parameters;
  const degree = formatOf(type).boolean ? 1 : messageModulus - 1;
  const digits = values.map((value) => digitsOf(input, value, messageModulus));
  const blocks = digits[0].map((_, at) =>
    contentOf(
      digits.map((world) => world[at]),
      degree,
      1,
      parameters,
      new Random(id, at),
    ),
  );
  const content = contentOfBlocks(type as CiphertextType, blocks, parameters);
  const padded = values.some((value) => (value as string).length < size!);
  return ciphertextOf(isText(type) ? { ...content, padded } : content);
}

function decodeWorlds(ciphertext: tacet.Ciphertext, parameters: ParameterSet): Clear[] {
  const { type } = ciphertext;
  const { messageModulus } = parameters;
  const blocks = conformingBlocks(ciphertext, parameters).map(worldsOf);
  const most = formatOf(type).boolean ? 1 : messageModulus - 1;
  return Array.from({ length: WORLDS }, (_, world) => {
    for (const block of blocks)
      if (block[world] > most) throw new RangeError(`a block of the ${type} holds ${block[world]}`);
    if (ciphertext instanceof tacet.FheAsciiString) {
      const digits = blocks.map((block) => block[world]);
      return decodeText(digits, messageModulus, ciphertext.padded);
    }
    let value = 0n;
    for (const block of blocks.toReversed()) value = value * BigInt(messageModulus) + BigInt(block[world]);
    return formatOf(type).boolean ? value !== 0n : wrapTo(type, value);
  });
}

/** The text that some digits are. */
function decodeText(digits: readonly number[], messageModulus: number, padded: boolean): string {
  const size = 8 / Math.log2(messageModulus);
  const characters = Array.from({ length: digits.length / size }, (_, at) =>
    digits.slice(at * size, (at + 1) * size).reduceRight((code, digit) => code * messageModulus + digit, 0),
  );
  const whole = String.fromCharCode(...characters);
  const word = whole.replace(/\0*$/, "");
  if (word.includes("\0") || (!padded && word !== whole) || characters.some((code) => code > 127))
    throw new RangeError(`a text holds ${JSON.stringify(whole)}`);
  return word;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
