/*
 * The quick tour: a client encrypts numbers, a server that has no secret computes with them, the client decrypts.
 * It runs on the library as it is published, at the default parameters, and fails if any value is wrong.
 */
import { availableParallelism } from "node:os";
import {
  type BoolHandle,
  ClientKey,
  Engine,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  type IntegerHandle,
  ServerKey,
} from "tacet";

const terminal = process.stdout.isTTY;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** Runs a step, with its progress on the same line where that is possible. */
async function step<T>(
  what: string,
  run: (onProgress: (fraction: number) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await run((fraction) => {
    if (terminal) process.stdout.write(`\r  ${what} … ${Math.round(fraction * 100)} %`);
  });
  process.stdout.write(`${terminal ? "\r" : ""}  ${what}: ${seconds(performance.now() - started)}\n`);
  return result;
}

console.log("Client: the only place where the secret key exists");
const clientKey = await step("generate the client key", (onProgress) => ClientKey.generate({ onProgress }));
const serverKey = await step("make its server key", (onProgress) =>
  ServerKey.from(clientKey, { onProgress }),
);
const keyBytes = serverKey.serialize();
console.log(`  the server key takes ${(keyBytes.length / 2 ** 20).toFixed(0)} MiB on the wire`);

const wire = {
  age: FheUint8.encrypt(41, clientKey).serialize(),
  port: FheUint16.encrypt(54_321, clientKey).serialize(),
  price: FheUint32.encrypt(1_200, clientKey).serialize(),
  balance: FheUint64.encrypt(9_007_199_254_740_993n, clientKey).serialize(),
  deposit: FheUint64.encrypt(1_000_000_007n, clientKey).serialize(),
  member: FheBool.encrypt(true, clientKey).serialize(),
  degrees: FheInt16.encrypt(-273, clientKey).serialize(),
};
console.log(`  an encrypted 64-bit number takes ${(wire.balance.length / 2 ** 10).toFixed(0)} KiB\n`);

console.log("Server: a public key and ciphertexts, no secret anywhere");
const engine = await step("load the server key", (onProgress) =>
  Engine.create(ServerKey.deserialize(keyBytes), { onProgress, threads: availableParallelism() }),
);
const { threads, memoryBytes } = engine.info;
console.log(`  ${threads} threads share ${(memoryBytes / 2 ** 20).toFixed(0)} MiB\n`);

const age = engine.load(FheUint8.deserialize(wire.age));
const port = engine.load(FheUint16.deserialize(wire.port));
const price = engine.load(FheUint32.deserialize(wire.price));
const balance = engine.load(FheUint64.deserialize(wire.balance));
const deposit = engine.load(FheUint64.deserialize(wire.deposit));
const member = engine.load(FheBool.deserialize(wire.member));
const degrees = engine.load(FheInt16.deserialize(wire.degrees));

type Value = number | bigint | boolean;
type Expression = readonly [text: string, handle: IntegerHandle | BoolHandle, expected: Value];

const expressions: readonly Expression[] = [
  ["age * 6 + 9", age.mul(6).add(9), 255],
  ["(age >> 3) ^ 0xff", age.shr(3).xor(0xff), 250],
  ["age >= 18 and member", age.ge(18).and(member), true],
  ["port - 60000  (wraps)", port.sub(60_000), 59_857],
  ["max(port, 1024)", port.max(1024), 54_321],
  ["(price > 1000 ? price - 100 : price) * 3", price.gt(1000).select(price.sub(100), price).mul(3), 3_300],
  ["balance + deposit", balance.add(deposit), 9_007_200_254_741_000n],
  ["balance == deposit", balance.eq(deposit), false],
  ["max(degrees, -40) * 2", degrees.max(-40).mul(2), -80],
  ["min(balance, deposit)", balance.min(deposit), 1_000_000_007n],
];

/** The value of a result, which only the client can know. */
function decrypt({ type }: IntegerHandle | BoolHandle, bytes: Uint8Array): Value {
  const types = { FheBool, FheUint8, FheUint16, FheUint32, FheUint64, FheInt16 };
  return types[type as keyof typeof types].deserialize(bytes).decrypt(clientKey);
}

const columns = [40, 20, 20, 10, 9] as const;
const row = (...cells: readonly string[]): void =>
  console.log(
    cells.map((cell, i) => (i === 0 ? cell.padEnd(columns[i]) : cell.padStart(columns[i]))).join(" "),
  );

row("expression", "decrypted", "expected", "bootstraps", "time");
let wrong = 0;
for (const [text, handle, expected] of expressions) {
  const { bootstraps } = engine.explain(handle);
  const started = performance.now();
  const bytes = await handle.serialize();
  const time = performance.now() - started;
  const value = decrypt(handle, bytes);
  if (value !== expected) wrong++;
  row(text, String(value), String(expected), String(bootstraps), seconds(time));
}
engine.dispose();

const peak = process.resourceUsage().maxRSS / 1024;
console.log(`\nPeak memory of client and server together: ${peak.toFixed(0)} MiB`);
if (wrong > 0) {
  console.error(`${wrong} of ${expressions.length} values are wrong`);
  process.exitCode = 1;
}
