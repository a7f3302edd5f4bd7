import { describe, expect, it, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { ClientKey, CompactPublicKey, type GenerateOptions, ParameterError } from "../../src/index.ts";
import { COMPACT_SETS, type CompactParameterSet } from "../../src/parameters/compact-sets.ts";
import { FORMER_SETS } from "../../src/parameters/former-sets.ts";
import type { ParameterSet } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS, INSECURE_TOY_MESSAGE_2_CARRY_2, SETS } from "../../src/parameters/sets.ts";

const allowed = { allowInsecureParameters: true };
const published = [...SETS.filter((set) => !set.insecure), ...FORMER_SETS];

/** The same fields in the opposite order. */
const reversed = <T extends object>(set: T): T => Object.fromEntries(Object.entries(set).reverse()) as T;

/** Ways on which a set loses its identity, but none of its values. */
const copies: [string, <T extends object>(set: T) => T][] = [
  ["a spread", (set) => ({ ...set })],
  ["a structured clone", (set) => structuredClone(set)],
  ["JSON", (set) => JSON.parse(JSON.stringify(set))],
  [
    "fields in another order, inside too",
    (set) => {
      const fields = Object.entries(set).map(([k, v]) => [k, typeof v === "object" ? reversed(v) : v]);
      return reversed(Object.fromEntries(fields));
    },
  ],
  ["another name", (set) => ({ ...set, name: "mine" })],
  ["a claim that it is insecure", (set) => ({ ...set, insecure: true })],
  ["further fields", (set) => ({ ...set, comment: "for production" })],
  ["inherited fields", (set) => Object.create(set)],
];

const parametersOf = async (options: GenerateOptions): Promise<ParameterSet> =>
  (await ClientKey.generate(options)).parameters;
const compactOf = async (options: GenerateOptions): Promise<CompactParameterSet | undefined> =>
  secretOf(await ClientKey.generate(options)).compact?.parameters;

describe("a set of the values of a published one is that set", () => {
  test.each(copies)("after %s", async (_, copy) => {
    for (const set of published) expect(await parametersOf({ parameters: copy(set) }), set.name).toBe(set);
    for (const set of COMPACT_SETS) expect(await compactOf({ compactKey: copy(set) }), set.name).toBe(set);
  });

  it("also in all that is made of the key", async () => {
    const key = await ClientKey.generate({ parameters: structuredClone(DEFAULT_PARAMETERS) });
    expect(ClientKey.deserialize(key.serialize()).parameters).toBe(DEFAULT_PARAMETERS);
    const publicKey = await CompactPublicKey.from(key);
    expect(publicKey.parameters.name).toBe(DEFAULT_PARAMETERS.name);
    expect(publicKey.parameters.insecure).toBe(false);
  });
});

describe("a set that differs in a value is none of the published ones", () => {
  /** A value that differs from another by as little as can be. */
  const changed = (value: unknown): unknown => {
    if (typeof value === "number") return value + 1;
    if (typeof value === "boolean") return !value;
    if (typeof value === "string") return value === "standard" ? "centred mean" : "standard";
    return { ...(value as object), [Object.keys(value as object)[0]!]: 1 };
  };
  const fieldsOf = (set: object): string[] =>
    Object.keys(set).filter((field) => field !== "name" && field !== "insecure");

  test.each(published)("$name", async (set) => {
    for (const field of fieldsOf(set)) {
      const parameters = { ...set, [field]: changed(set[field as keyof ParameterSet]) };
      await expect(parametersOf({ parameters }), field).rejects.toThrow(ParameterError);
    }
  });

  test.each(COMPACT_SETS)("$name", async (set) => {
    for (const field of fieldsOf(set)) {
      const compactKey = { ...set, [field]: changed(set[field as keyof CompactParameterSet]) };
      await expect(compactOf({ compactKey }), field).rejects.toThrow(ParameterError);
    }
  });

  it("nor where a value is missing", async () => {
    for (const field of fieldsOf(DEFAULT_PARAMETERS)) {
      const { [field as "name"]: _, ...parameters } = DEFAULT_PARAMETERS;
      await expect(parametersOf({ parameters: parameters as ParameterSet }), field).rejects.toThrow(
        ParameterError,
      );
    }
  });

  it("and says so, whatever name and security it claims", async () => {
    const parameters = { ...DEFAULT_PARAMETERS, lweNoise: 10 };
    const refused = expect(parametersOf({ parameters })).rejects;
    await refused.toThrow(/lweNoise is 10, where PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 has 45/);
    const set = await parametersOf({ parameters, ...allowed });
    expect(set).toMatchObject({ lweNoise: 10, insecure: true });
    expect(published.map(({ name }) => name)).not.toContain(set.name);
  });

  it("not even if it is the toy set under another name", async () => {
    const parameters = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, name: DEFAULT_PARAMETERS.name, insecure: false };
    await expect(parametersOf({ parameters })).rejects.toThrow(/^INSECURE_TOY/);
    expect(await parametersOf({ parameters, ...allowed })).toBe(INSECURE_TOY_MESSAGE_2_CARRY_2);
  });

  it("has a name of its own, if it is given one", async () => {
    const parameters = { ...DEFAULT_PARAMETERS, lweNoise: 10, name: "mine", insecure: false };
    expect(await parametersOf({ parameters, ...allowed })).toMatchObject({ name: "mine", insecure: true });
  });
});

describe("what a user's set is", () => {
  it("is decided once: values that change later, or while it is read, change nothing", async () => {
    const parameters = {
      ...INSECURE_TOY_MESSAGE_2_CARRY_2,
      lweDimension: 20,
      modulusSwitch: { ...(FORMER_SETS[0]!.modulusSwitch as object) },
    } as { -readonly [K in keyof ParameterSet]: ParameterSet[K] };
    const key = await ClientKey.generate({ parameters, ...allowed });
    parameters.lweDimension = 918;
    (parameters.modulusSwitch as { zeros: number }).zeros = 7;
    expect(key.parameters).toMatchObject({ lweDimension: 20, modulusSwitch: FORMER_SETS[0]!.modulusSwitch });

    let reads = 0;
    const shifty = Object.defineProperty({ ...DEFAULT_PARAMETERS }, "lweDimension", {
      get: () => (reads++ === 0 ? DEFAULT_PARAMETERS.lweDimension : 1),
    });
    expect(await parametersOf({ parameters: shifty })).toBe(DEFAULT_PARAMETERS);
  });

  test.each([{ modulusSwitch: "none" }, { modulusSwitch: null }, { modulusSwitch: undefined }])(
    "is refused where it is none: %o",
    async (change) => {
      const parameters = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, ...change } as ParameterSet;
      await expect(parametersOf({ parameters, ...allowed })).rejects.toThrow(ParameterError);
    },
  );
});
