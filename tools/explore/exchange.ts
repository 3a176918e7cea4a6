/** Swaps two devices' names wherever they stand in plain data. */
export function exchange<T>(data: T, one: string, other: string): T {
  const swapped = JSON.stringify(data).replaceAll(new RegExp(`\\b(?:${one}|${other})\\b`, 'gu'), (name) => (name === one ? other : one));
  return JSON.parse(swapped) as T;
}
