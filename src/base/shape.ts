/** Whether a value of unknown origin, such as parsed JSON, has a certain form. Total. */
export type Shape = (value: unknown) => boolean;

/** A whole number from 0 to 2^53 − 1. */
export const isCount: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

/** A moment or span in ms. */
export const isTime: Shape = (value) => typeof value === 'number' && Number.isFinite(value);

export const isText: Shape = (value) => typeof value === 'string';

export const isFlag: Shape = (value) => typeof value === 'boolean';

export function oneOf(...values: readonly (string | number)[]): Shape {
  return (value) => values.some((known) => known === value);
}

export function listOf(item: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(item);
}

export function pairOf(first: Shape, second: Shape): Shape {
  return (value) => Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}

export function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

/** An object with fields of its own of these shapes; others are not looked at. */
export function record(fields: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return entries.every(([name, shape]) => shape(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined));
  };
}
