/** Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts. */
const EPOCH_DAYS = 10_957;
const MICROSECONDS_OF_DAY = 86_400_000_000n;

const DATE = /^(\d{4,7})-(\d{2})-(\d{2})( BC)?$/;
const TIMESTAMP = /^(\d{4,7}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?( BC)?$/;

/** Days from 2000-01-01 of a date as in `2024-02-29` (ISO 8601, also `0044-03-15 BC`); `undefined` if there is none. */
export function parseDate(text: string): bigint | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const [, yearText, monthText, dayText, era] = found;
  const year = era === undefined ? Number(yearText) : 1 - Number(yearText);
  const [month, day] = [Number(monthText), Number(dayText)];
  if (Number(yearText) === 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
    return undefined;
  return BigInt(daysFromCivil(year, month, day) - EPOCH_DAYS);
}

/** Microseconds from 2000-01-01 of a time as in `2024-02-29 12:30:00.5`; `undefined` if there is none. */
export function parseTimestamp(text: string): bigint | undefined {
  const found = TIMESTAMP.exec(text);
  if (found === null) {
    const days = parseDate(text);
    return days === undefined ? undefined : days * MICROSECONDS_OF_DAY;
  }
  const [, date, hour, minute, second = "0", fraction = "", era = ""] = found;
  const days = parseDate(`${date}${era}`);
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return days * MICROSECONDS_OF_DAY + seconds * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar, also before it was made; years count from March on. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
