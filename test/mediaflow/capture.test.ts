import { describe, expect, it } from 'vitest';
import { CaptureError, listDevices, openCamera, openMicrophone, openScreen, watchDevices, type DeviceList } from '../../src/mediaflow/native/index.ts';
import type { CapturedTrack, Constraints, MediaDevices } from '../../src/mediaflow/native/capture/media-devices.ts';

describe('a machine that is captured from', () => {
  it.each([
    ['NotAllowedError', 'denied'], ['SecurityError', 'denied'], ['NotFoundError', 'no-device'], ['NotReadableError', 'in-use'], ['AbortError', 'in-use'],
    ['InvalidStateError', 'needs-gesture'], ['TypeError', 'not-supported'], ['OverconstrainedError', 'impossible'], ['SomethingNewError', 'in-use'],
  ])('H15 tells %s as %s, with what to do', async (name, failure) => {
    const machine = new FakeMachine();
    machine.fails = Object.assign(new Error('no'), { name });
    for (const open of [openMicrophone, openCamera, openScreen]) {
      const problem = await open({}, machine).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(CaptureError);
      expect(problem).toMatchObject({ failure, cause: machine.fails });
    }
  });

  it('H15 has no device when the one that was chosen is gone', async () => {
    const machine = new FakeMachine();
    machine.fails = Object.assign(new Error('no'), { name: 'OverconstrainedError', constraint: 'deviceId' });
    await expect(openMicrophone({ device: 'headset' }, machine)).rejects.toMatchObject({ failure: 'no-device' });
    expect(machine.asked).toEqual([{ audio: { deviceId: { exact: 'headset' }, echoCancellation: true, noiseSuppression: true, autoGainControl: true } }]);
  });

  it('cannot be captured from where there are no devices at all', async () => {
    await expect(openMicrophone()).rejects.toMatchObject({ failure: 'not-supported' });
    await expect(listDevices()).rejects.toMatchObject({ failure: 'not-supported' });
  });

  it('cancels echo, suppresses noise and levels by itself unless told not to', async () => {
    const machine = new FakeMachine();
    await openMicrophone({ echoCancellation: false }, machine);
    expect(machine.asked).toEqual([{ audio: { echoCancellation: false, noiseSuppression: true, autoGainControl: true } }]);
  });

  it('tells that a device is lost, and not that it was let go', async () => {
    const machine = new FakeMachine();
    const [lost, kept] = [await openMicrophone({}, machine), await openMicrophone({}, machine)];
    const told: string[] = [];
    lost.onLost(() => told.push('lost'));
    kept.onLost(() => told.push('kept'));
    machine.tracks[0]?.end();
    kept.stop();
    expect(told).toEqual(['lost']);
  });

  it('tells its devices once for each change, and only what has changed', async () => {
    const machine = new FakeMachine();
    const lists: DeviceList[] = [];
    const stop = watchDevices((list) => lists.push(list), machine);
    machine.plug('audioinput', 'headset');
    machine.changed();
    machine.changed();
    await turns();
    machine.plug('audiooutput', 'headset');
    await turns();
    stop();
    machine.plug('videoinput', 'camera');
    await turns();
    expect(lists.map(({ microphones, loudspeakers }) => [microphones.length, loudspeakers.length])).toEqual([[1, 0], [1, 1]]);
    expect((await listDevices(machine)).cameras).toEqual([{ id: 'camera', label: 'the camera' }]);
  });
});

class FakeMachine implements MediaDevices {
  readonly asked: Constraints[] = [];
  readonly tracks: FakeTrack[] = [];
  fails: Error | undefined;
  readonly #devices: { kind: string; deviceId: string; label: string }[] = [];
  readonly #listeners = new Set<() => void>();

  async getUserMedia(constraints: Constraints): Promise<{ getTracks(): CapturedTrack[] }> {
    this.asked.push(constraints);
    if (this.fails !== undefined) throw this.fails;
    const track = new FakeTrack();
    this.tracks.push(track);
    return { getTracks: () => [track] };
  }

  getDisplayMedia(constraints: Constraints): Promise<{ getTracks(): CapturedTrack[] }> {
    return this.getUserMedia(constraints);
  }

  async enumerateDevices(): Promise<{ kind: string; deviceId: string; label: string }[]> {
    return [{ kind: 'audioinput', deviceId: '', label: '' }, ...this.#devices];
  }

  plug(kind: string, id: string): void {
    this.#devices.push({ kind, deviceId: id, label: `the ${id}` });
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  addEventListener(_: string, listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

class FakeTrack implements CapturedTrack {
  readonly kind = 'audio';
  readonly label = 'fake';
  contentHint = '';
  readonly #listeners = new Set<() => void>();

  stop(): void {
    this.#listeners.clear();
  }

  end(): void {
    for (const listener of this.#listeners) listener();
  }

  getSettings(): { deviceId: string } {
    return { deviceId: 'fake' };
  }

  addEventListener(_: string, listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await Promise.resolve();
}
