// What a user's TypeScript program may say, and what it must not. Compiled, never run.
import { ClientKey, Engine, FheBool, FheUint8, FheUint16, FheUint32, FheUint64, ServerKey } from "tacet";

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

export function refused(engine: Engine, clientKey: ClientKey, serverKey: ServerKey): void {
  const small = engine.load(FheUint8.encrypt(1, clientKey));
  const large = engine.load(FheUint32.encrypt(1, clientKey));
  const condition = small.eq(1);

  // @ts-expect-error Integers of two widths do not add.
  small.add(large);
  // @ts-expect-error Nor do they compare.
  large.lt(small);
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
  // @ts-expect-error Narrow integers decrypt to a number.
  const wide: bigint = FheUint16.encrypt(1, clientKey).decrypt(clientKey);
  void [bytes, wide];
}
