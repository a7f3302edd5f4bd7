import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDate, parseTimestamp } from "../src/value/calendar.ts";
import { divide, formatDecimal, parseDecimal, remainder, round, truncate } from "../src/value/decimal.ts";
import { Random } from "./corpus/random.ts";
import { pgliteTarget, type Target } from "./corpus/target.ts";

let pglite: PGlite;
let target: Target;
beforeAll(async () => {
  pglite = await PGlite.create();
  target = pgliteTarget(pglite);
});
afterAll(() => pglite.close());

function randomDecimal(random: Random): string {
  const digits = random.bigint(random.pick([1, 8, 16, 64, 128])).toString();
  const fraction = random.pick(["", "", "0", "00001", "5", "9999", "123456789012345678901234567890"]);
  return `${random.pick(["", "-"])}${digits}${fraction === "" ? "" : `.${fraction}`}`;
}

test("decimals are divided, rounded and cut as PostgreSQL does", async () => {
  const random = new Random(5);
  const pairs = Array.from(
    { length: 2_000 },
    () => [randomDecimal(random), randomDecimal(random), random.between(-3, 5)] as const,
  );
  const text = `select (case when b <> 0 then a / b end)::text, (case when b <> 0 then a % b end)::text, round(a, n)::text, trunc(a, n)::text
    from unnest($1::numeric[], $2::numeric[], $3::int[]) with ordinality t(a, b, n, o) order by o`;
  const column = (index: 0 | 1 | 2) => `{${pairs.map((pair) => pair[index]).join()}}`;
  const { rows } = await target.ask(text, [column(0), column(1), column(2)]);
  const own = pairs.map(([first, second, digits]) => {
    const [a, b] = [parseDecimal(first)!, parseDecimal(second)!];
    const ratio = b.unscaled === 0n ? [null, null] : [divide(a, b), remainder(a, b)].map(formatDecimal);
    return [...ratio, formatDecimal(round(a, digits)), formatDecimal(truncate(a, digits))];
  });
  expect(own).toEqual(rows);
});

test("texts are decimals where PostgreSQL takes them for such", async () => {
  for (const text of ["1", "-1.50", "+2", ".5", "5.", "1e3", "1.5E-2", " 7 ", "00012.30"]) {
    const { rows } = await target.ask("select $1::numeric::text", [text]);
    expect(formatDecimal(parseDecimal(text)!), text).toBe(rows[0]![0]);
  }
  for (const text of ["", ".", "e3", "1e", "NaN", "Infinity", "0x10", "1_000", "1 2", "--1", "1e99999999"]) {
    expect(parseDecimal(text), text).toBeUndefined();
  }
});

test("dates and times count as PostgreSQL counts them", async () => {
  const days = [
    "2000-01-01",
    "1970-01-01",
    "1999-12-31",
    "2024-02-29",
    "1900-02-28",
    "1600-02-29",
    "9999-12-31",
    "0001-01-01",
    "0001-12-31 BC",
    "4713-01-01 BC",
    "123456-07-08",
  ];
  const { rows } = await target.ask(
    "select (x::date - '2000-01-01'::date)::text from unnest($1::text[]) with ordinality t(x, n) order by n",
    [`{${days.map((day) => `"${day}"`).join()}}`],
  );
  expect(days.map((day) => String(parseDate(day)))).toEqual(rows.map(([count]) => count));
  const times = [
    "2000-01-01 00:00:00",
    "1999-12-31 23:59:59.999999",
    "2024-02-29T12:30",
    "1969-07-20 20:17:40.5",
  ];
  const answer = await target.ask(
    "select ((extract(epoch from x::timestamp) - 946684800) * 1000000)::bigint::text from unnest($1::text[]) with ordinality t(x, n) order by n",
    [`{${times.map((time) => `"${time}"`).join()}}`],
  );
  expect(times.map((time) => String(parseTimestamp(time)))).toEqual(answer.rows.map(([count]) => count));
  for (const text of [
    "2023-02-29",
    "1900-02-29",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-01-32",
    "0000-01-01",
    "tomorrow",
    "2024-1-1",
    "",
  ]) {
    expect(parseDate(text), text).toBeUndefined();
  }
  for (const text of [
    "2024-01-01 24:00:00",
    "2024-01-01 12:60",
    "2024-01-01 12:00:61",
    "2024-01-01 12:00:00.1234567",
  ]) {
    expect(parseTimestamp(text), text).toBeUndefined();
  }
});
