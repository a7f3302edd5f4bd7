import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { validate } from "dockerfile-utils";
import { expect, test } from "vitest";
import { FLAGS, SECRETS } from "../src/command/flags.ts";
import { nodeOptions } from "./command-line.ts";
import { startTestService } from "./harness.ts";

const text = readFileSync(new URL("../Dockerfile", import.meta.url), "utf8");

/** One line for each instruction. */
const instructions = text
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "");

test("the container file is one, and its process is nobody's but its own", () => {
  expect(validate(text)).toEqual([]);
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM")));
  expect(last.find((line) => line.startsWith("USER"))).toBe("USER node");
  const at = (word: string) => last.findIndex((line) => line.startsWith(word));
  expect(at("RUN")).toBeLessThan(at("USER"));
  expect(at("HEALTHCHECK")).toBeGreaterThan(0);
});

test("what it sets in the environment are settings of the service, and the options of Node.js those of the command", () => {
  const known = [...FLAGS.map(({ option }) => option.envVar), ...Object.values(SECRETS)];
  const set = [...text.matchAll(/\b(TACET_\w+)=/g)].map(([, name]) => name!);
  expect(set.length).toBeGreaterThan(3);
  for (const name of set) expect(known).toContain(name);
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)![1]!) as string[];
  expect(entry.slice(0, 2)).toEqual(["node", ...nodeOptions]);
});

test("its check of health tells a service that answers from one that does not", async () => {
  const check = JSON.parse(
    /CMD (\[.*\])/.exec(instructions.find((line) => line.startsWith("HEALTHCHECK"))!)![1]!,
  );
  const [, ...args] = check as string[];
  const run = async (port: string) => {
    const environment = { env: { ...process.env, TACET_PORT: port } };
    return await promisify(execFile)(process.execPath, args, environment).then(
      () => true,
      () => false,
    );
  };
  const service = await startTestService();
  const { port } = new URL(service.url);
  expect(await run(port)).toBe(true);
  await service.stop();
  expect(await run(port)).toBe(false);
});
