// What a user's TypeScript program may say, and what it must not. Compiled, never run.
import {
  ClientKey,
  CompactCiphertextList,
  type CompactCiphertextListBuilder,
  type CompactPublicKey,
  type CompressedCiphertext,
  Engine,
  FheBool,
  FheInt8,
  FheInt64,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  type Pattern as LibraryPattern,
  ServerKey,
  type UintHandle,
} from "tacet";
import { type ClearOptions, clearEngine } from "tacet/clear";
import { compile, type Pattern, type PatternOptions } from "tacet/regex";

export async function allowed(): Promise<bigint> {
  const clientKey: ClientKey = await ClientKey.generate();
  const serverKey: ServerKey = await ServerKey.from(clientKey);
  const price: Uint8Array = FheUint32.encrypt(1200, clientKey).serialize();
  using engine: Engine = await Engine.create(ServerKey.deserialize(serverKey.serialize()));

  using p = engine.load(FheUint32.deserialize(price));
  const condition = p.gt(1000);
  const result: Uint8Array = await condition.select(p.sub(100), p).mul(3).serialize();
  const narrow: number = FheUint32.deserialize(result).decrypt(clientKey);
  const truth: boolean = FheBool.encrypt(true, clientKey).decrypt(clientKey);
  const wide: bigint = FheUint64.encrypt(7n, clientKey).decrypt(clientKey);

  // Both kinds of number are accepted as input, whatever the width.
  FheUint64.encrypt(7, clientKey);
  FheUint8.encrypt(7n, clientKey);
  p.add(1n).min(p).shl(3);
  return wide + BigInt(narrow) + BigInt(truth);
}

/** Signed integers, compressed values and lists under a public key. */
export async function more(
  engine: Engine,
  publicKey: CompactPublicKey,
  clientKey: ClientKey,
): Promise<bigint> {
  const list = await CompactCiphertextList.builder(publicKey).push(FheInt64, -7n).push(FheBool, true).build();
  const [value, flag] = engine.expand(list, [FheInt64, FheBool]);
  const chosen = flag.select(value.neg(), value);
  const compressed: CompressedCiphertext<FheInt64> = await chosen.compress();
  const again = engine.load(compressed).sub(1);
  const small: number = (await again.cast(FheUint8).ciphertext()).decrypt(clientKey);
  return (await again.ciphertext()).decrypt(clientKey) + BigInt(small);
}

/** What the platform takes for bytes, as the newest declarations of it say. */
export async function passedOn(value: FheBool): Promise<Blob> {
  const digest = await crypto.subtle.digest("SHA-256", value.serialize());
  return new Blob([value.serialize(), digest]);
}

/** What one module compiles is what the other takes. */
export function patterns(): boolean {
  const options: PatternOptions = { flags: "i", states: 100 };
  const pattern: Pattern = compile(/^a+$/, options);
  const same: LibraryPattern = pattern;
  return same.test("aa") && compile("b").states > 1;
}

/** What computes on plain values is an engine like all others. */
export async function onPlainValues(program: (engine: Engine) => UintHandle<8>): Promise<number> {
  const options: ClearOptions = { threads: 8, compression: true };
  using engine: Engine = await clearEngine(options);
  const sum = engine.load(FheUint8.encryptTrivial(1)).add(program(engine));
  return (await sum.ciphertext()).decryptTrivial();
}

export function refused(
  engine: Engine,
  clientKey: ClientKey,
  serverKey: ServerKey,
  list: CompactCiphertextList,
  builder: CompactCiphertextListBuilder,
): void {
  const small = engine.load(FheUint8.encrypt(1, clientKey));
  const large = engine.load(FheUint32.encrypt(1, clientKey));
  const condition = small.eq(1);

  // @ts-expect-error Integers of two widths do not add.
  small.add(large);
  // @ts-expect-error Nor do they compare.
  large.lt(small);
  // @ts-expect-error Signed and unsigned integers do not add.
  small.add(engine.load(FheInt8.encrypt(1, clientKey)));
  // @ts-expect-error A list of a truth value gives no integer.
  engine.expand(list, [FheBool])[0].add(1);
  // @ts-expect-error A builder takes values of the type that it is given.
  builder.push(FheBool, 1);
  // @ts-expect-error A compressed value does not decrypt before it is expanded.
  FheUint8.deserializeCompressed(new Uint8Array(0)).decrypt(clientKey);
  // @ts-expect-error A selection has one type.
  condition.select(small, large);
  // @ts-expect-error A number is not a condition.
  small.select(small, small);
  // @ts-expect-error A truth value does not add.
  condition.add(condition);
  // @ts-expect-error The engine's results are not known at once.
  const bytes: Uint8Array = small.serialize();
  // @ts-expect-error An engine holds no secret, and its handles do not decrypt.
  small.decrypt(clientKey);
  // @ts-expect-error The server key does not decrypt.
  FheUint8.encrypt(1, clientKey).decrypt(serverKey);
  // @ts-expect-error A string is not a number.
  FheUint16.encrypt("1", clientKey);
  // @ts-expect-error Options have their names.
  compile(/a/, { flag: "i" });
  // @ts-expect-error An engine on plain values has no memory to limit.
  clearEngine({ memoryLimitBytes: 2 ** 30 });
  // @ts-expect-error Narrow integers decrypt to a number.
  const wide: bigint = FheUint16.encrypt(1, clientKey).decrypt(clientKey);
  void [bytes, wide];
}
