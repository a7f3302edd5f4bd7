import { WORLDS } from "./check-plan.ts";
import { evaluateStep } from "./clear.ts";
import {
  type Arg,
  type Clear,
  formatOf,
  type Input,
  type Item,
  isInteger,
  isText,
  type ParametersName,
  type Ref,
  type Step,
  TEXT,
  type TypeName,
  wrapTo,
} from "./program.ts";
import type { Random } from "./random.ts";
import { mostCharacters } from "./text-sizes.ts";

/** A call that a program may make next. */
export type Call = Pick<Step, "target" | "method" | "args">;

/** How often integers are of which width. */
export const WIDTHS: Record<ParametersName, readonly (readonly [weight: number, width: number])[]> = {
  "1_1": [[2, 2], [3, 4], [1, 6], [3, 8], [2, 16], [1, 32]],
  "2_2": [[3, 2], [4, 4], [1, 6], [6, 8], [1, 10], [1, 12], [1, 14], [5, 16], [1, 24], [2, 32], [1, 64]],
  "3_3": [[4, 6], [4, 12], [2, 24], [1, 48]],
}; // biome-ignore format: a table

interface Value {
  readonly id: number;
  readonly type: TypeName;
  readonly values: readonly Clear[];
  /** The most characters of a text, with the zeros behind it. */
  readonly size: number;
}

/** What texts are made of: few characters in a program, so that they are found in each other. */
const ALPHABETS = ["ab", "ab ", "aAzZ", "a,b", "@AZ[`az{", " \t\n\v\f\ra", "a%_\\!", "\x01 ab\x7f"];
/** What is longer is asked for, but nothing more is made of it. */
const MOST_CHARACTERS = 8;

/** A program in the making. */
export class Scope {
  readonly random: Random;
  readonly types: readonly TypeName[];
  readonly live: Value[] = [];
  readonly inputs: Input[] = [];
  readonly items: Item[] = [];
  readonly parameters: ParametersName;
  /** What this program is made of: some calls often, others never (Groce et al., "Swarm Testing", 2012). */
  readonly makers: readonly Weighted[];
  requests = 0;
  readonly #alphabet: string;
  readonly #words: string[] = [];
  #constants: bigint[] = [];
  #nextId = 0;

  constructor(random: Random, parameters: ParametersName, makers: readonly Weighted[]) {
    this.random = random;
    this.parameters = parameters;
    this.#alphabet = random.pick(ALPHABETS);
    this.makers = makers.map(([weight, maker]): Weighted => [weight * random.pick([0, 1, 1, 4, 10]), maker]);
    const count = random.weighted([
      [5, 1],
      [4, 2],
      [1, 3],
    ]);
    const signed = random.chance(0.3);
    this.types = Array.from({ length: count }, () => {
      const width = random.weighted(WIDTHS[parameters]);
      return `${signed !== random.chance(0.1) ? "FheInt" : "FheUint"}${width}`;
    });
  }

  /** A type of integers: mostly one that the program has already. */
  type(): TypeName {
    const { random } = this;
    if (random.chance(0.8)) return random.pick(this.types);
    const width = random.chance(0.5)
      ? WIDTHS[this.parameters][0][1]
      : random.weighted(WIDTHS[this.parameters]);
    return `${random.chance(0.8) ? "FheUint" : "FheInt"}${width}`;
  }

  /** One of the values of which something holds; a late one is more likely. */
  some(holds: (type: TypeName) => boolean): Ref | undefined {
    const found = this.live.filter(({ type }) => holds(type));
    if (found.length === 0) return undefined;
    const reach = this.random.chance(0.5) ? Math.min(3, found.length) : found.length;
    return { ref: found[found.length - 1 - this.random.below(reach)].id };
  }

  integer(): Ref | undefined {
    return this.some(isInteger);
  }

  /** A text that is not too long to make more of it. */
  text(most: number = MOST_CHARACTERS): Ref | undefined {
    const found = this.live.filter(({ type, size }) => isText(type) && size <= most);
    return found.length === 0 ? undefined : { ref: this.random.pick(found).id };
  }

  flag(): Ref | undefined {
    return this.some((type) => type === "FheBool");
  }

  of(type: TypeName): Ref | undefined {
    return isText(type) ? this.text() : this.some((other) => other === type);
  }

  /** Up to so many values of one type. */
  several(most: number, holds: (type: TypeName) => boolean): Ref[] {
    const first = this.some(holds);
    if (first === undefined) return [];
    const type = this.typeOf(first);
    return [first, ...Array.from({ length: this.random.below(most) }, () => this.of(type) ?? first)];
  }

  typeOf({ ref }: Ref): TypeName {
    return this.find(ref).type;
  }

  find(id: number): Value {
    return this.live.find((value) => value.id === id)!;
  }

  /** A clear integer of a type: often one with few bits, at an end of the range, or one that was there before. */
  constant(type: TypeName): bigint {
    const { random } = this;
    const { width, signed } = formatOf(type);
    const power = 1n << BigInt(random.below(width));
    const raw = random.weighted<() => bigint>([
      [3, () => BigInt(random.below(6))],
      [2, () => power],
      [2, () => power - 1n],
      [2, () => -power],
      [1, () => (1n << BigInt(signed ? width - 1 : width)) - 1n],
      [1, () => -(1n << BigInt(width - 1))],
      [2, () => BigInt(random.between(-3, 3)) * power],
      [4, () => random.bits(width)],
      [4, () => (this.#constants.length > 0 ? random.pick(this.#constants) : random.bits(width))],
    ])();
    const value = wrapTo(type, raw);
    this.#constants.push(value);
    return value;
  }

  /** An operand of a type. */
  operand(type: TypeName, clear = 0.6): Arg {
    const { random } = this;
    const encrypted = random.chance(clear) ? undefined : this.of(type);
    if (encrypted !== undefined) return encrypted;
    if (isText(type)) return { text: this.word() };
    return formatOf(type).boolean ? random.chance(0.5) : this.constant(type);
  }

  /** A clear text: often one that was there before, or a part of one. */
  word(most: number = 4): string {
    const { random } = this;
    const part = (word: string): string => {
      const start = random.below(word.length + 1);
      return word.slice(start, start + random.between(1, most));
    };
    const fresh = (): string => this.#characters(random.between(1, most));
    const known = (): string => (this.#words.length > 0 ? random.pick(this.#words) : fresh());
    const word = random.weighted<() => string>([
      [1, () => ""],
      [4, () => this.#characters(1)],
      [3, fresh],
      [3, known],
      [4, () => part(known())],
    ])();
    this.#words.push(word.slice(0, most));
    return word.slice(0, most);
  }

  /** What a text is in some world, or a part of that. */
  partOf({ ref }: Ref): string {
    const { random } = this;
    const { values } = this.find(ref);
    const whole = (random.pick(values) ?? "") as string;
    const [start, end] = [random.below(whole.length + 1), random.below(whole.length + 1)];
    return random.pick([whole, whole.slice(start), whole.slice(0, end), whole.slice(start, end)]);
  }

  #characters(count: number): string {
    return Array.from({ length: count }, () => this.random.pick([...this.#alphabet])).join("");
  }

  /** Texts of one size, with zeros behind all of them, or none; some alike. */
  textInput(): void {
    const { random } = this;
    const size = random.pick([0, 1, 1, 2, 2, 3, 3, 4, 5]);
    const padded = random.chance(0.5);
    const values = Array.from({ length: WORLDS }, () => {
      const start = random.chance(0.3) ? this.word() : "";
      const word = start + this.#characters(Math.max(0, size - start.length));
      return word.slice(0, padded ? random.between(0, size) : size);
    });
    this.#words.push(...values.slice(0, 3));
    const id = this.#nextId++;
    const input = { id, type: TEXT, values, size: padded ? size + 1 : size };
    this.inputs.push(input);
    this.live.push(input);
  }

  input(type: TypeName): void {
    const { random } = this;
    const values = Array.from({ length: WORLDS }, () =>
      formatOf(type).boolean
        ? random.chance(0.5)
        : random.chance(0.3)
          ? this.constant(type)
          : wrapTo(type, random.bits(formatOf(type).width)),
    );
    const id = this.#nextId++;
    this.inputs.push({ id, type, values });
    this.live.push({ id, type, values, size: 0 });
  }

  /** Loads the ciphertext of an input once more. */
  reload(of: number): void {
    const { type, values, size = 0 } = this.inputs.find(({ id }) => id === of)!;
    const id = this.#nextId++;
    this.live.push({ id, type, values, size });
    this.items.push({ do: "load", id, of });
  }

  request(refs: readonly number[]): void {
    this.items.push({ do: "request", refs: [...new Set(refs)] });
    this.requests++;
  }

  dispose(id: number): void {
    this.live.splice(
      this.live.findIndex((value) => value.id === id),
      1,
    );
    this.items.push({ do: "dispose", ref: id });
  }

  add(call: Call): void {
    const results = evaluateStep(call, (id) => this.find(id));
    const made = results.map(({ type, values }) => {
      const size = isText(type) ? mostCharacters(call, (id) => this.find(id).size) : 0;
      return { id: this.#nextId++, type, values, size };
    });
    this.live.push(...made);
    this.items.push({ do: "step", ...call, results: made.map(({ id, type }) => ({ id, type })) });
  }
}

/** A call that fits what there is, if there is one. */
export type Maker = (scope: Scope) => Call | undefined;
export type Weighted = readonly [weight: number, maker: Maker];
