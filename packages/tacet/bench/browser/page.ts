/** Tacet in a page, measured on request: what `runner.ts` of the peers is in Node.js. */

import type { Request } from "../peers/driver/protocol.ts";
import { measureBootstrap } from "../peers/tacet/bootstrap.ts";
import { measureKey, measureValue } from "../peers/tacet/client.ts";
import { measureInput } from "../peers/tacet/input.ts";
import { measureInteger } from "../peers/tacet/integer.ts";
import { Keys } from "../peers/tacet/keys.ts";
import { measureList } from "../peers/tacet/list.ts";
import { measureText } from "../peers/tacet/text.ts";

/** What the page offers to whoever controls it. */
export interface MeasuringPage {
  measure(threads: number, request: Request): Promise<number | null>;
}

const measures = {
  bootstrap: measureBootstrap,
  integer: measureInteger,
  value: measureValue,
  key: measureKey,
  list: measureList,
  input: measureInput,
  text: measureText,
};
let keys: Keys | undefined;
const page: MeasuringPage = {
  measure: (threads, request) => measures[request.group]((keys ??= new Keys(threads)), request),
};
Object.assign(globalThis, page);
