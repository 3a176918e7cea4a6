/**
 * One device of one user. Both ids are opaque strings, kept exactly as the backend gave them, and match
 * case-insensitively (WIRE-AVS: "Comparison is case-insensitive").
 */
export type Device = { readonly user: string; readonly device: string };

/** True when two ids name the same user or device, whatever their case. */
export function sameId(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}

export function sameDevice(a: Device, b: Device): boolean {
  return a === b || (sameId(a.device, b.device) && sameId(a.user, b.user));
}

/** A string under which a device may be kept in a Map: equal exactly when {@link sameDevice} holds. */
export function deviceKey(device: Device): string {
  const user = device.user.toLowerCase();
  return `${user.length}:${user}${device.device.toLowerCase()}`;
}
