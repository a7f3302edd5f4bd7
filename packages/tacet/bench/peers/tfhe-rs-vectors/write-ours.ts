/*
 * npx node write-ours.ts <folder>
 *
 * Writes a folder of files made by Tacet, with a manifest, for the program `check` to judge.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  ClientKey,
  CompactCiphertextList,
  CompressedCompactPublicKey,
  CompressedXofKeySet,
  Engine,
  FheAsciiString,
  FheBool,
  FheInt8,
  FheInt16,
  FheInt256,
  FheUint2,
  FheUint8,
  FheUint64,
  type GenerateOptions,
  KeySwitchingKey,
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  ServerKey,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128,
} from "../../../src/index.ts";
import { FORMER_SETS } from "../../../src/parameters/former-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../../src/parameters/sets.ts";

interface Entry {
  readonly file: string;
  readonly type: string;
  readonly configuration: string;
  readonly tag?: string;
  readonly value?: string;
  readonly values?: readonly { readonly type: string; readonly value: string }[];
  readonly of?: readonly string[];
  readonly former?: string;
  readonly conformant?: false;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: npx node write-ours.ts <folder>");
const entries: Entry[] = [];

const configurations: Record<string, GenerateOptions> = {
  default: { oprfKey: true, tag: new TextEncoder().encode("tenant 5") },
  "compact-to-small": { compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 },
  "compact-to-big": { compactKey: PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2 },
  drift: { parameters: FORMER_SETS[0], allowInsecureParameters: true },
  everything: V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128,
  transciphering: { transciphering: "same" },
  lists: { compression: true },
  toy: { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true },
};

type Save = (name: string, type: string, bytes: Uint8Array, rest?: Partial<Entry>) => Promise<void>;

/** What saves files of a configuration. */
const saver =
  (configuration: string, tag: string): Save =>
  async (name, type, bytes, rest = {}) => {
    const file = `${configuration}/${name}.bin`;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), bytes);
    entries.push({ file, type, configuration, ...(tag !== "" && { tag }), ...rest });
  };

const version = "1.8"; // what TFHE-rs 1.8 saves again to the same bytes
const clientKeys = new Map<string, ClientKey>();

for (const [configuration, options] of Object.entries(configurations)) {
  const tag = new TextDecoder().decode(options.tag);
  const save = saver(configuration, tag);
  const clientKey = await ClientKey.generate(options);
  const serverKey = await ServerKey.from(clientKey);
  clientKeys.set(configuration, clientKey);
  await save("client-key", "ClientKey", clientKey.serialize({ version }));
  await save("compressed-server-key", "CompressedServerKey", serverKey.serialize({ version }));
  if (!["drift", "everything"].includes(configuration))
    await save("server-key", "ServerKey", (await serverKey.expand()).serialize({ version }));
  const compressedKey = await CompressedCompactPublicKey.from(clientKey);
  const publicKey = await compressedKey.decompress();
  await save("compressed-compact-public-key", "CompressedCompactPublicKey", compressedKey.serialize());
  await save("compact-public-key", "CompactPublicKey", publicKey.serialize());

  for (const [type, value] of [
    [FheUint2, 3n],
    [FheUint8, 171n],
    [FheInt16, -12_345n],
    [FheUint64, 2n ** 64n - 6n],
    [FheInt256, -(7n ** 80n)],
  ] as const) {
    await save(type.name, type.name, type.encrypt(value, clientKey).serialize(), { value: String(value) });
    const compressed = await type.encryptCompressed(value, clientKey);
    const name = `Compressed${type.name}`;
    await save(name, name, compressed.serialize(), { value: String(value) });
  }
  await save("true", "FheBool", FheBool.encrypt(true, clientKey).serialize(), { value: "true" });
  const no = await FheBool.encryptCompressed(false, clientKey);
  await save("compressed-false", "CompressedFheBool", no.serialize(), { value: "false" });

  using engine = await Engine.create(serverKey);
  const x = engine.load(FheUint8.encrypt(171, clientKey));
  const y = engine.load(FheUint8.encrypt(92, clientKey));
  const s = engine.load(FheInt8.encrypt(-100, clientKey));
  const results = {
    sum: [x.add(y), "7"],
    product: [x.mul(y), "116"],
    smaller: [x.lt(y).select(x, y), "92"],
    shifted: [x.shl(3), "88"],
    less: [x.lt(y), "false"],
    not: [x.lt(y).not(), "true"],
    arithmetic: [s.shr(2), "-25"],
    negated: [s.neg(), "100"],
    cast: [s.cast(FheInt16), "-100"],
  } as const;
  for (const [name, [handle, value]] of Object.entries(results)) {
    await save(name, handle.type, await handle.serialize(), { value });
    const compressed = await handle.compress();
    await save(`${name}-switched`, `Compressed${handle.type}`, compressed.serialize(), { value });
  }

  const texts = {
    plain: ["Hello, TFHE", {}],
    padded: ["abc", { padding: 3 }],
    empty: ["", {}],
    hidden: ["", { size: 2 }],
  } as const;
  for (const [name, [value, padding]] of Object.entries(texts)) {
    const text = FheAsciiString.encrypt(value, clientKey, padding);
    await save(`text-${name}`, text.type, text.serialize(), { value });
    const upper = await engine.load(text).toUpperCase().serialize();
    await save(`text-${name}-upper`, text.type, upper, { value: value.toUpperCase() });
  }

  if (options.compression !== undefined) {
    const two = [FheAsciiString.encrypt("abc", clientKey, { size: 5 }), FheUint2.encrypt(3, clientKey)];
    const texts = await engine.compress(two.map((one) => engine.load(one)));
    await save("packed-text", "CompressedCiphertextList", texts.serialize(), {
      values: [
        { type: "FheAsciiString", value: "abc" },
        { type: "FheUint2", value: "3" },
      ],
    });
    const of = [FheUint2, FheUint64, FheInt256, FheBool].map(
      (type) => `${configuration}/fresh-${type.name}.bin`,
    );
    const clear = [3, 2n ** 64n - 6n, -(7n ** 80n), true];
    const fresh = [FheUint2.encrypt(3, clientKey), FheUint64.encrypt(2n ** 64n - 6n, clientKey)];
    const others = [FheInt256.encrypt(-(7n ** 80n), clientKey), FheBool.encrypt(true, clientKey)];
    const values = [...fresh, ...others].map(({ type }, i) => ({ type, value: String(clear[i]) }));
    for (const [i, one] of [...fresh, ...others].entries()) {
      await save(`fresh-${one.type}`, one.type, one.serialize(), { value: values[i].value });
    }
    const list = await engine.compress([...fresh, ...others].map((one) => engine.load(one)));
    await save("packed", "CompressedCiphertextList", list.serialize(), { values, of });
    const computed = Object.values(results).map(([handle]) => handle);
    await save("packed-results", "CompressedCiphertextList", (await engine.compress(computed)).serialize(), {
      values: Object.values(results).map(([{ type }, value]) => ({ type, value })),
    });
  }

  const builder = CompactCiphertextList.builder(publicKey)
    .push(FheBool, true)
    .push(FheUint8, 201)
    .push(FheInt16, -12_345)
    .push(FheUint64, 81_985_529_216_486_895n)
    .push(FheAsciiString, "first")
    .push(FheAsciiString, "second", { size: 8 });
  const values = [
    { type: "FheBool", value: "true" },
    { type: "FheUint8", value: "201" },
    { type: "FheInt16", value: "-12345" },
    { type: "FheUint64", value: "81985529216486895" },
    { type: "FheAsciiString", value: "first" },
    { type: "FheAsciiString", value: "second" },
  ];
  for (const [name, list] of [
    ["plain", await builder.build()],
    ["packed", await builder.buildPacked()],
    ["seeded", await builder.buildPackedSeeded(crypto.getRandomValues(new Uint8Array(32)))],
  ] as const) {
    await save(`list-${name}`, "CompactCiphertextList", list.serialize(), { values });
  }
}

/* A key that leads from one of these to another. */
{
  const clientKey = clientKeys.get("lists")!;
  const key = await KeySwitchingKey.from(
    clientKeys.get("default")!,
    clientKey,
    await ServerKey.from(clientKey),
  );
  const bytes = key.serialize({ version });
  await saver("lists", "")("key-switching-key", "KeySwitchingKey", bytes, { former: "default" });
}

/* A key set from one seed. */
{
  const compactKey = PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
  const { clientKey, keySet } = await CompressedXofKeySet.generate({ compactKey, compression: true });
  const save = saver("key-set", "");
  await save("client-key", "ClientKey", clientKey.serialize({ version }));
  await save("compressed-server-key", "CompressedServerKey", keySet.serverKey.serialize({ version }));
  await save("compressed-xof-key-set", "CompressedXofKeySet", keySet.serialize({ version }));
  await save("xof-key-set", "XofKeySet", (await keySet.expand()).serialize({ version }));
}

await writeFile(join(folder, "manifest.json"), JSON.stringify({ writer: "tacet", entries }, null, 1));
