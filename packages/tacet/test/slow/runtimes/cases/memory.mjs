// More keys and engines than there is memory for: everything works, or says so. (What a worker lacks ends its process.)
import { ClientKey, Engine, FheUint8, OutOfMemoryError, ServerKey } from "tacet";

const engines = [];
try {
  for (let i = 0; i < 100; i++) {
    const key = await ClientKey.generate();
    const engine = await Engine.create(await ServerKey.from(key), { threads: 0 });
    engines.push(engine);
    const sum = await engine.load(FheUint8.encrypt(20, key)).add(22).ciphertext();
    if (sum.decrypt(key) !== 42) console.log("wrong");
  }
} catch (error) {
  console.log(error instanceof OutOfMemoryError ? "OutOfMemoryError" : error);
}
for (const engine of engines) engine.dispose();
