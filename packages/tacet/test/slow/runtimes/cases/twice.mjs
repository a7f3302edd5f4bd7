// The library loaded twice: what one copy made, the other one is told of in words, and bytes go from one to the other.
import * as one from "tacet";

const other = await import("../second.js");
const key = await one.ClientKey.generate();
const serverKey = await one.ServerKey.from(key);
const refused = async (attempt) => {
  try {
    await attempt();
    console.log("passed silently");
  } catch (error) {
    console.log(error.name, error.message);
  }
};
await refused(() => other.ServerKey.from(key));
await refused(() => other.Engine.create(serverKey));
await refused(() => other.FheUint8.encrypt(1, key));
const engine = await other.Engine.create(other.ServerKey.deserialize(serverKey.serialize()));
await refused(() => engine.load(one.FheUint8.encrypt(1, key)));
const bytes = one.FheUint8.encrypt(20, key).serialize();
const sum = await engine.load(other.FheUint8.deserialize(bytes)).add(22).serialize();
console.log(one.FheUint8.deserialize(sum).decrypt(key));
engine.dispose();
