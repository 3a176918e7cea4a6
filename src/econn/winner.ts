import type { Device } from '../base/device.ts';

/**
 * Who keeps the offer when two devices call each other at once (glare): the greater (user id, device id),
 * compared byte by byte as UTF-8, exactly as the backend gave the ids. AVS compares with strcmp; JavaScript's
 * own `<` orders UTF-16 units and differs from it above U+FFFF.
 *
 * Law: for two devices whose ids differ, `wins(a, b) === !wins(b, a)`; and it is transitive.
 */
export function wins(a: Device, b: Device): boolean {
  const byUser = compareUtf8(a.user, b.user);
  return byUser === 0 ? compareUtf8(a.device, b.device) > 0 : byUser > 0;
}

/** Code points order as their UTF-8 bytes do, so no bytes need be made. */
function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  for (;;) {
    const x = left.next();
    const y = right.next();
    if (x.done === true) return y.done === true ? 0 : -1;
    if (y.done === true) return 1;
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}
