/** A place in a state that a step changed. Values are plain JSON; an absent one is `undefined`. */
export type Change = { readonly path: readonly string[]; readonly before: unknown; readonly after: unknown };

/** Where two states differ, in the order of the later one. Ids, messages and devices are compared whole. */
export function differenceOf(before: unknown, after: unknown, path: readonly string[] = []): readonly Change[] {
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isOpen(before) || !isOpen(after) || Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  const [old, now] = [fields(before), fields(after)];
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names.flatMap((name) => {
    // A call that begins or ends is told field by field.
    const [was, is] = [old.get(name), now.get(name)];
    if (was === undefined && isOpen(is) && !Array.isArray(is)) return differenceOf({}, is, [...path, name]);
    return differenceOf(was, is, [...path, name]);
  });
}

function isOpen(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isWhole(value);
}

/** What reads better in one piece: an offer's id, a device, a message, a mark. */
function isWhole(value: object): boolean {
  return 'sessid' in value || 'incarnation' in value || ('device' in value && 'user' in value) || ('muted' in value && 'video' in value);
}

function fields(value: object): Map<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  // Marks are known by their device, not by their place.
  return new Map(value.map((entry: unknown, at) => [markedDevice(entry) ?? String(at), entry]));
}

function markedDevice(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('device' in entry) || typeof entry.device !== 'object' || entry.device === null) return undefined;
  return 'device' in entry.device ? String(entry.device.device) : undefined;
}
