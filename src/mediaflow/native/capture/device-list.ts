import { CaptureError } from './capture-error.ts';
import { platformDevices, type MediaDevices } from './media-devices.ts';

/** One device to choose. Its id is for this site alone; its label is empty until something was captured once. */
export type DeviceChoice = { readonly id: string; readonly label: string };

export type DeviceList = {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly loudspeakers: readonly DeviceChoice[];
};

/** What there is to choose from. Rejects with `CaptureError('not-supported')` where a page may not know. */
export async function listDevices(devices = platformDevices()): Promise<DeviceList> {
  if (devices === undefined) throw new CaptureError('not-supported', undefined);
  const found = await devices.enumerateDevices();
  // Before anything was captured browsers list one device of each kind without an id: there is nothing to choose yet.
  const of = (kind: string): DeviceChoice[] => found.filter((device) => device.kind === kind && device.deviceId !== '').map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { microphones: of('audioinput'), cameras: of('videoinput'), loudspeakers: of('audiooutput') };
}

/**
 * Tells the list whenever it has changed: a headset that is plugged in tells three times, of which one is news.
 * Returns the function that stops it.
 */
export function watchDevices(listener: (list: DeviceList) => void, devices: MediaDevices | undefined = platformDevices()): () => void {
  let known = '';
  let stopped = false;
  const look = async (tell: boolean): Promise<void> => {
    const list = await listDevices(devices).catch(() => undefined);
    const written = JSON.stringify(list);
    if (list === undefined || stopped || written === known) return;
    known = written;
    if (tell) listener(list);
  };
  // One after the other: of two looks the later one must not be overtaken.
  let looks = look(false);
  const changed = (): void => {
    looks = looks.then(() => look(true));
  };
  devices?.addEventListener('devicechange', changed);
  return () => {
    stopped = true;
    devices?.removeEventListener('devicechange', changed);
  };
}
