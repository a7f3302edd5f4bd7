// Objects of another realm: bytes, a seed, a signal.
import { runInNewContext } from "node:vm";
import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

const copied = runInNewContext("(bytes) => Uint8Array.from(bytes)");
const key = await ClientKey.generate({ seed: copied(new Uint8Array(16).fill(3)) });
const engine = await Engine.create(ServerKey.deserialize(copied((await ServerKey.from(key)).serialize())));
const seven = engine.load(FheUint8.deserialize(copied(FheUint8.encrypt(7, key).serialize())));
const sum = await seven.add(1).ciphertext({ signal: new AbortController().signal });
console.log(sum.decrypt(key));
engine.dispose();
