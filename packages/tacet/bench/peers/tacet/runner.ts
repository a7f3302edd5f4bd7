/** Tacet, measured on request: `node runner.js <number of threads>`. */
import library from "../../../package.json" with { type: "json" };
import { serve } from "../driver/protocol.ts";
import { measureBootstrap } from "./bootstrap.ts";
import { measureKey, measureValue } from "./client.ts";
import { measureInput } from "./input.ts";
import { measureInteger } from "./integer.ts";
import { Keys } from "./keys.ts";
import { measureList } from "./list.ts";
import { measureFirstTouch } from "./process-start.ts";
import { measureText } from "./text.ts";

const keys = new Keys(Number(process.argv[2]));
const measures = {
  bootstrap: measureBootstrap,
  integer: measureInteger,
  value: measureValue,
  key: measureKey,
  list: measureList,
  input: measureInput,
  text: measureText,
};
await serve(
  { name: "Tacet", version: library.version, platform: `Node.js ${process.versions.node}` },
  (request) =>
    request.operation === "first touch" ? measureFirstTouch(keys) : measures[request.group](keys, request),
);
await keys.dispose();
