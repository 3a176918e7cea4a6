import type { MediaTrack, TrackSource } from '../../port.ts';
import { CaptureError, captureErrorOf } from './capture-error.ts';
import { platformDevices, type CapturedTrack, type Constraints, type MediaDevices } from './media-devices.ts';

/** What may be asked of a microphone. What is left out is on: a call between loudspeakers needs all three. */
export type MicrophoneOptions = {
  /** An id of {@link listDevices}; without, the one that the system prefers. */
  readonly device?: string;
  readonly echoCancellation?: boolean;
  readonly noiseSuppression?: boolean;
  readonly autoGainControl?: boolean;
};

/** What a camera should give, in pixels and pictures a second; it comes as near as it can. */
export type CameraOptions = {
  readonly device?: string;
  readonly facing?: 'user' | 'environment';
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
};

export type ScreenOptions = { readonly frameRate?: number };

/** Rejects with {@link CaptureError}. */
export function openMicrophone(options: MicrophoneOptions = {}, devices = platformDevices()): Promise<Capture> {
  const { device, echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  return open(devices, 'getUserMedia', { audio: { ...exactly(device), echoCancellation, noiseSuppression, autoGainControl } });
}

/** Rejects with {@link CaptureError}. */
export function openCamera(options: CameraOptions = {}, devices = platformDevices()): Promise<Capture> {
  const { device, facing, width = 1280, height = 720, frameRate = 30 } = options;
  return open(devices, 'getUserMedia', {
    video: { ...exactly(device), ...(facing === undefined ? {} : { facingMode: facing }), width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } },
  });
}

/** A screen, a window or a tab, whichever the person chooses; `denied` also when they choose none. Rejects with {@link CaptureError}. */
export async function openScreen({ frameRate = 15 }: ScreenOptions = {}, devices = platformDevices()): Promise<Capture> {
  const capture = await open(devices, 'getDisplayMedia', { video: { frameRate: { ideal: frameRate } } });
  // Text must stay readable: under a narrow path fewer pictures, not smaller ones.
  (capture.track as MediaTrack & { contentHint?: string }).contentHint = 'detail';
  return capture;
}

/** A track of this machine, to be given to a call as it is. It ends when it is stopped, or its device or the person takes it away. */
export class Capture implements TrackSource, Disposable {
  readonly track: MediaTrack;
  readonly #captured: CapturedTrack;

  constructor(captured: CapturedTrack) {
    this.#captured = captured;
    this.track = captured as unknown as MediaTrack;
  }

  /** What the device calls itself; empty when the page may not know. */
  get label(): string {
    return this.#captured.label;
  }

  /** The device that is captured. */
  get device(): string | undefined {
    return this.#captured.getSettings().deviceId;
  }

  /** Told once when it ends by itself: the device was unplugged, the permission withdrawn, the sharing stopped. */
  onLost(listener: () => void): () => void {
    this.#captured.addEventListener('ended', listener);
    return () => this.#captured.removeEventListener('ended', listener);
  }

  /** Lets go of the device. Nothing is told to those who wait for {@link onLost}. */
  stop(): void {
    this.#captured.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

async function open(devices: MediaDevices | undefined, how: 'getUserMedia' | 'getDisplayMedia', constraints: Constraints): Promise<Capture> {
  const ask = devices?.[how]?.bind(devices);
  if (ask === undefined) throw new CaptureError('not-supported', undefined);
  try {
    const [track] = (await ask(constraints)).getTracks();
    if (track !== undefined) return new Capture(track);
  } catch (problem) {
    throw captureErrorOf(problem);
  }
  throw new CaptureError('no-device', undefined);
}

function exactly(device: string | undefined): { deviceId?: { exact: string } } {
  return device === undefined ? {} : { deviceId: { exact: device } };
}
