/*
 * To be run in a process of its own that is short of memory: goes through the steps of a client and a server, and prints
 * the last that was done, and the name of the error that ended it.
 */
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  Engine,
  FheUint8,
  ServerKey,
} from "../../src/index.ts";

let done = "import";
try {
  const clientKey = await ClientKey.generate();
  done = "client key";
  const serverKey = await ServerKey.from(clientKey);
  done = "server key";
  serverKey.serialize();
  done = "serialization";
  const publicKey = await CompactPublicKey.from(clientKey);
  const list = await CompactCiphertextList.builder(publicKey).push(FheUint8, 7).buildPacked();
  done = "list";
  const engine = await Engine.create(serverKey, { threads: Number(process.argv[2]) });
  done = "engine";
  const [value] = engine.expand(list, [FheUint8]);
  if ((await value.add(1).ciphertext()).decrypt(clientKey) !== 8) throw new Error("wrong");
  done = "result";
  engine.dispose();
  await serverKey.expand();
  console.log("everything");
} catch (error) {
  console.log(`${done}, then ${(error as Error).name}`);
  process.exit(0);
}
