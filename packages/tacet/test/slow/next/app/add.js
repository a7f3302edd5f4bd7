import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

/** Encrypts two numbers, adds them, decrypts the sum; with the number of threads that the engine had. */
export async function add(a, b) {
  const clientKey = await ClientKey.generate();
  const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 2 });
  const sum = engine.load(FheUint8.encrypt(a, clientKey)).add(engine.load(FheUint8.encrypt(b, clientKey)));
  const ciphertext = FheUint8.deserialize(await sum.serialize());
  const { threads } = engine.info;
  engine.dispose();
  return `${ciphertext.decrypt(clientKey)} on ${threads} threads`;
}
