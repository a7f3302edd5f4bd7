import type { DeserializeOptions, ParameterOptions, ProgressOptions } from "../../src/index.ts";
import type { Mistake } from "./mistakes.ts";
import { insecure, type World } from "./world.ts";

/** What an entry point takes in one place. */
export interface Given {
  /** What is right there. */
  readonly right: (world: World) => unknown;
  /** What is said to be expected there. */
  readonly words: RegExp;
  /** What is right there as well, so that it may be taken, or refused for what it holds. */
  readonly accepts: readonly Mistake[];
  /** What is not tried there: nobody can tell it from what is right before it does something. */
  readonly skips: readonly Mistake[];
  /** Whether these are options of which a misspelt name would go unnoticed, and do harm. */
  readonly closed: boolean;
  /** What is in it: options by their names, elements by their numbers, what a function gives. */
  readonly parts: readonly Part[];
}
export interface Part {
  readonly name: string;
  readonly given: Given;
  /** The whole with something else in place of this part. */
  readonly replaced: (whole: unknown, part: unknown) => unknown;
}

type Settings = {
  readonly words: RegExp;
  readonly accepts?: readonly Mistake[];
  readonly skips?: readonly Mistake[];
  readonly closed?: boolean;
  readonly parts?: readonly Part[];
};

export function given(right: (world: World) => unknown, settings: Settings): Given {
  return { right, accepts: [], skips: [], closed: false, parts: [], ...settings };
}

/** The same where nothing need be given. */
export function optional(inner: Given): Given {
  return { ...inner, accepts: [...inner.accepts, "undefined", "nothing"] };
}

/** An object of the library that stands in the world under a name. */
export function ours(name: string, words: RegExp, accepts: readonly Mistake[] = []): Given {
  return given((world) => world[name], { words, accepts });
}

/** A key or ciphertext: with that of another engine's client, of the same parameters, the result is meaningless. */
export const atRest = (name: string, words: RegExp): Given => ours(name, words, ["one of another engine"]);

/** Types have no key, and are the same for all engines. */
export const type: Given = ours("FheUint8", /type of (integers|the result).*FheUint8/, [
  "one of another engine",
]);
export const anyType: Given = ours("FheUint8", /a type, such as FheUint8 or FheBool/, [
  "one of another engine",
]);

const STAND_INS: readonly Mistake[] = ["a Proxy of the right thing", "what inherits from the right thing"];

export const clientKey: Given = atRest("clientKey", /ClientKey/);
export const bytes = (right: (world: World) => unknown): Given =>
  given(right, { words: /Uint8Array/, accepts: ["Buffer"] });
/** What an object of the world is serialized to. */
export const bytesOf = (name: string): Given =>
  bytes((world) => (world[name] as { serialize(): Uint8Array }).serialize());

export const integer: Given = given(() => 2, { words: /number|integer/, accepts: ["number", "bigint"] });
export const number: Given = given(() => 1, {
  words: /number|integer|index|indices|length|dimension|elements/,
  accepts: ["number"],
});
export const flag: Given = given(() => true, { words: /boolean/, accepts: ["boolean"] });

export const operand: Given = ours("x", /handle|number/, ["number", "bigint"]);
export const boolOperand: Given = ours("b", /handle|boolean/, ["boolean"]);
export const amount: Given = ours("x", /bits to move by/, ["number", "bigint"]);

/** Objects that may have what is asked for, whatever their class. */
export const PLAIN: readonly Mistake[] = [
  "plain object",
  "another library's object",
  "a Proxy of the right thing",
  "what inherits from the right thing",
];
/** Functions may be of any kind; that a class is none to call shows when it is called. */
const functions = { accepts: ["function"], skips: ["a class"] } as const;

/** Options, each of which may be left out. */
export function options<T extends object>(members: { readonly [K in keyof Required<T>]: Given }): Given {
  const names = Object.entries<Given>(members);
  return optional(
    given((world) => Object.fromEntries(names.map(([name, { right }]) => [name, right(world)])), {
      words: /object of options/,
      accepts: PLAIN,
      closed: true,
      parts: names.map(([name, inner]) => ({
        name,
        given: { ...optional(inner), words: new RegExp(`${name}|${inner.words.source}`) },
        replaced: (whole, part) => ({ ...(whole as object), [name]: part }),
      })),
    }),
  );
}

/** Some values in an array. */
export function list(inner: readonly Given[], words: RegExp, accepts: readonly Mistake[] = []): Given {
  return given((world) => inner.map(({ right }) => right(world)), {
    words,
    accepts: ["a Proxy of the right thing", ...accepts],
    parts: inner.map((each, i) => ({
      name: String(i),
      given: each,
      replaced: (whole, part) => (whole as unknown[]).with(i, part),
    })),
  });
}

/** A function of the user's, which gives something. */
export function callback(result: Given): Given {
  return given((world) => () => result.right(world), {
    words: /function/,
    ...functions,
    parts: [{ name: "result", given: result, replaced: (_, part) => () => part }],
  });
}

export const progress: Given = {
  ...options<ProgressOptions>({
    onProgress: given(() => () => {}, { words: /onProgress/, ...functions }),
    // What stands for a signal is one, if it works.
    signal: given(() => new AbortController().signal, {
      words: /signal/i,
      skips: STAND_INS,
    }),
  }),
  // Without its name, nobody hears of progress, and no more.
  closed: false,
};
export const signal: Given = progress.parts[1].given;
export const onProgress: Given = progress.parts[0].given;
const sizeLimit: Given = given(() => 2 ** 30, { words: /sizeLimit/, accepts: ["number"] });
export const reading: Given = options<DeserializeOptions>({ sizeLimit });
type KeyOptions = DeserializeOptions & ParameterOptions;
/** For toy keys, options have to say that they are. */
export const readingKey: Given = options<KeyOptions>({
  sizeLimit,
  allowInsecureParameters: given(() => insecure.allowInsecureParameters, {
    words: /allowInsecureParameters/,
    accepts: ["boolean"],
  }),
});
