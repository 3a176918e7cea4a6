import type { Device } from '../../src/base/device.ts';
import { UsageError } from './command.ts';

/** `alice/phone`. */
export function readDevice(text: string | undefined, option: string): Device {
  const [user, device, ...rest] = text?.split('/') ?? [];
  if (user === undefined || device === undefined || user === '' || device === '' || rest.length > 0) {
    throw new UsageError(`${option} needs a user and a device, as in ${option} alice/phone`);
  }
  return { user, device };
}

export function readUrl(text: string | undefined, option: string): string {
  const url = text === undefined ? null : URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) throw new UsageError(`${option} needs the address of a backend, as in ${option} ws://127.0.0.1:8790`);
  return url.href;
}

export function readPath(text: string | undefined, option: string): string | undefined {
  if (text?.trim() === '') throw new UsageError(`${option} needs the name of a file`);
  return text;
}

/** A number of seconds above 0. */
export function readSeconds(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!(count > 0 && count <= 86_400)) throw new UsageError(`${option} needs a number of seconds between 0 and 86400, not "${text}"`);
  return count;
}

/** 0 leaves the choice to the system. */
export function readPort(text: string, option: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || text.trim() === '') throw new UsageError(`${option} needs a port between 0 and 65535, not "${text}"`);
  return port;
}
