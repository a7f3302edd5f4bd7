import { TfheClientKey, TfheCompressedServerKey, TfheConfigBuilder } from "node-tfhe";
import { ClientKey, DEFAULT_PARAMETERS, Engine, ServerKey } from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

/** Making, moving and loading keys; beside it the same of `node-tfhe`, whose key holds a second one as large. */
export async function keyBenchmarks(reporter: Reporter): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const names = {
    client: "ClientKey.generate",
    server: "ServerKey.from",
    peer: "ServerKey.from (node-tfhe)",
    serialize: "ServerKey serialize",
    deserialize: "ServerKey deserialize",
    engine: "Engine.create",
  };
  if (!reporter.wants(...Object.values(names))) return;
  const clientKey = await ClientKey.generate();
  const serverKey = await ServerKey.from(clientKey);
  const bytes = serverKey.serialize();
  await reporter.measure({ name: names.client, params, run: () => ClientKey.generate() });
  await reporter.measure({ name: names.server, params, run: () => ServerKey.from(clientKey) });
  if (reporter.wants(names.peer)) {
    const peer = TfheClientKey.generate(TfheConfigBuilder.default().build());
    const run = (): void => TfheCompressedServerKey.new(peer).free();
    await reporter.measure({ name: names.peer, params, runs: 3, run });
  }
  await reporter.measure({ name: names.serialize, params, run: () => serverKey.serialize() });
  await reporter.measure({ name: names.deserialize, params, run: () => ServerKey.deserialize(bytes) });
  await reporter.measure({
    name: names.engine,
    params,
    run: async () => (await Engine.create(serverKey)).dispose(),
  });
}
