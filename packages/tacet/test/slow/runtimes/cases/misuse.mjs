// What would pass silently.
import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

const key = await ClientKey.generate();
const engine = await Engine.create(await ServerKey.from(key));
const [a, b] = [1, 2].map((value) => engine.load(FheUint8.encrypt(value, key)));
for (const misuse of [
  () => a > b,
  () => a + 1,
  () => `${a}`,
  () => JSON.stringify(FheUint8.encrypt(1, key)),
]) {
  try {
    console.log("passed silently:", misuse());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
engine.dispose();
