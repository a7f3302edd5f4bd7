/** Most characters of a pattern. */
export const MOST_CHARACTERS = 10_000;

/** @throws RangeError for a pattern that is too long. */
export function checkPatternLength({ length }: string): void {
  if (length <= MOST_CHARACTERS) return;
  throw new RangeError(`a pattern of ${length} characters: the most is ${MOST_CHARACTERS}`);
}
