import { ClientKey, FheBool, ServerKey } from "tacet";
import { program } from "../src/client/index.ts";
import type { JobJson } from "../src/http/schemas.ts";
import { Caller } from "../test/harness.ts";

/** A program that takes no bootstrap, so that all its time is the service's; on a real key and a real value. */
const negation = program("negation", { in: { x: FheBool }, out: FheBool }, ({ x }) => x.not());

/** Made once for all services that are measured. */
const inputs = (async () => {
  const key = await ClientKey.generate();
  const value = FheBool.encrypt(true, key).serialize();
  return { serverKey: (await ServerKey.from(key)).serialize(), value };
})();

/** Milliseconds of one job. */
export interface JobTimes {
  /** From when the service noted it to when it noted the results. */
  readonly service: number;
  /** From request to the event that tells of the results, as a client sees it. */
  readonly client: number;
}

/** Asks a service for trivial jobs. */
export class TrivialJobs {
  readonly #caller: Caller;
  readonly #body: object;

  private constructor(caller: Caller, body: object) {
    this.#caller = caller;
    this.#body = body;
  }

  static async at(url: string): Promise<TrivialJobs> {
    const { serverKey, value } = await inputs;
    const caller = new Caller(url);
    const id = await caller.storeProgram(negation.trace({ x: { type: "FheBool" } }) as object);
    const x = await caller.upload(value);
    return new TrivialJobs(caller, { program: id, serverKey: await caller.upload(serverKey), inputs: { x } });
  }

  async one(): Promise<JobTimes> {
    const before = performance.now();
    const { id } = await this.#caller.submit(this.#body);
    const events = await (await this.#caller.ask("GET", `/v1/jobs/${id}/events`)).text();
    const client = performance.now() - before;
    const job = JSON.parse([...events.matchAll(/^data: (.*)$/gm)].at(-1)![1]!) as JobJson;
    if (job.state !== "succeeded") throw new Error(`a job has ${job.state}: ${JSON.stringify(job.problem)}`);
    return { service: Date.parse(job.finishedAt!) - Date.parse(job.createdAt), client };
  }

  /** So many jobs, so many at the same time. */
  async many(count: number, atOnce: number): Promise<{ times: JobTimes[]; perSecond: number }> {
    const times: JobTimes[] = [];
    const before = performance.now();
    let left = count;
    const client = async () => {
      while (left-- > 0) times.push(await this.one());
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    return { times, perSecond: (1000 * count) / (performance.now() - before) };
  }
}
