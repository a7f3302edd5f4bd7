// What is of another kind than expected.
import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

const key = await ClientKey.generate();
const bytes = FheUint8.encrypt(7, key).serialize();
const engine = await Engine.create(await ServerKey.from(key));
const detached = bytes.slice();
structuredClone(detached.buffer, { transfer: [detached.buffer] });
for (const misuse of [
  () => new Engine(key),
  () => engine.load(FheUint8.deserialize(bytes)).matchValue([1, 2], FheUint8),
  () => FheUint8.deserialize(bytes, null),
  () => FheUint8.deserialize(bytes, 1000n),
  () => FheUint8.deserialize(bytes, { sizeLimit: "1000000" }),
  () => FheUint8.deserialize(detached),
]) {
  try {
    console.log("passed silently:", misuse());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
engine.dispose();
