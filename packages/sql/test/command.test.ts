import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../src/command/run.ts";
import { clearEngine } from "../src/index.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-sql-"));
  await writeFile(
    join(folder, "Grants.csv"),
    `id:int64,participant:string,research_area:string,score:uint64,grant_val:int64,rating:uint8,active:bool,funded:bool
1,Dr. Alpha,Astrophysics,50,-9223372036854775808,3,true,false
2,Dr. Beta,Microbiology,18446744073709551615,100000,5,false,true
3,Dr. Gamma,Quantum Mechanics,0,-500,1,true,true
4,Dr. Delta,Cryptography,9223372036854775807,42,4,true,false
5,"Zoe, PhD",Zoology,51,499999,2,false,false
6,Dr. Alpha,Astrophysics,49,0,0,true,true
`,
  );
  await writeFile(
    join(folder, "streamers.csv"),
    "nickname:string,age:uint8,platform:string,andorra:bool\nibai,28,Twitch,false\nrubius,33,Twitch,true\nvegetta,34,YouTube,true\nxokas,32,Twitch,false\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** In the manner of those that entries to Zama's bounty are tested with. */
const QUERIES: readonly string[] = [
  "SELECT DISTINCT research_area FROM grants WHERE active = true;",
  "SELECT id, participant, score FROM grants WHERE (score >= 50 AND rating BETWEEN 2 AND 4) OR (grant_val < 0 AND research_area IN ('Astrophysics', 'Quantum Mechanics'))",
  "SELECT id FROM grants WHERE participant <> 'Dr. Alpha' AND research_area > 'Microbiology' AND research_area < 'Zoology'",
  "SELECT participant FROM grants WHERE NOT (NOT (NOT (active AND NOT (funded OR NOT (score > 50)))))",
  "SELECT id FROM grants WHERE score >= 9223372036854775807 OR grant_val <= -9223372036854775808",
  "SELECT DISTINCT participant, score FROM grants WHERE NOT (score > 000050 AND participant BETWEEN 'Dr. A' AND 'Dr. Z') AND NOT (rating IN (1, 2, 4, 5))",
  "SELECT DISTINCT *, id, funded FROM grants WHERE score NOT BETWEEN 55 AND 18446744073709551615 OR NOT (rating > 3 AND rating < 5)",
  "SELECT platform, count(*), avg(age) FROM streamers WHERE age BETWEEN 25 AND 33 OR nickname LIKE '%tt%' GROUP BY platform ORDER BY platform",
  "SELECT nickname FROM streamers WHERE andorra AND age > 33 ORDER BY nickname",
  "SELECT nickname FROM streamers WHERE NOT nickname != 'xokas' OR platform = 'YouTube'",
];

describe("the command's two answers are the same", () => {
  test.each(QUERIES)("%s", async (text) => {
    const queryFile = join(folder, "query.sql");
    await writeFile(queryFile, text);
    const { match, secret } = await run({
      inputDb: folder,
      queryFile,
      client: clearEngine(),
      server: clearEngine(),
    });
    expect(match).toBe(true);
    expect(secret.length).toBeGreaterThan(0);
  });
});

test("a constant out of its column's range is refused", async () => {
  const queryFile = join(folder, "query.sql");
  await writeFile(queryFile, "SELECT id FROM grants WHERE grant_val <= -9223372036854775809");
  const options = { inputDb: folder, queryFile, client: clearEngine(), server: clearEngine() };
  await expect(run(options)).rejects.toThrow(/no value of its column/);
});
