import { signal } from '@preact/signals';
import type { LocalMedia } from '../../../src/mediaflow/index.ts';
import { listDevices, openCamera, openMicrophone, openScreen, watchDevices, type Capture, type DeviceList } from '../../../src/mediaflow/native/index.ts';
import type { ChosenDevices } from './vault.ts';

/** The microphone, the camera and the screen of this page: open while a call needs them, and no longer. */
export class OwnMedia {
  readonly list = signal<DeviceList>({ microphones: [], cameras: [], loudspeakers: [] });
  readonly chosen = signal<ChosenDevices>({});
  /** What the picture of ourselves shows. */
  readonly picture = signal<MediaStreamTrack | undefined>(undefined);
  readonly #lost: (what: 'microphone' | 'camera' | 'screen') => void;
  #microphone: Capture | undefined;
  #camera: Capture | undefined;
  #screen: Capture | undefined;

  /** `lost`: a device went away, or the person ended the sharing by the browser's own button. */
  constructor(lost: (what: 'microphone' | 'camera' | 'screen') => void) {
    this.#lost = lost;
    watchDevices((list) => (this.list.value = list));
  }

  /** What a call sends now. */
  get local(): LocalMedia {
    const video = this.#screen ?? this.#camera;
    return { ...(this.#microphone === undefined ? {} : { audio: this.#microphone }), ...(video === undefined ? {} : { video }) };
  }

  /** Rejects with `CaptureError`. */
  async openMicrophone(): Promise<void> {
    const { microphone } = this.chosen.value;
    const opened = await openMicrophone(microphone === undefined ? {} : { device: microphone });
    this.#microphone?.stop();
    this.#microphone = opened;
    opened.onLost(() => this.#lost('microphone'));
    // Labels are known from now on.
    this.list.value = await listDevices();
  }

  /** Rejects with `CaptureError`. */
  async openCamera(): Promise<void> {
    const { camera } = this.chosen.value;
    const opened = await openCamera(camera === undefined ? {} : { device: camera });
    this.#camera?.stop();
    this.#camera = opened;
    opened.onLost(() => this.#lost('camera'));
    this.#show();
  }

  closeCamera(): void {
    this.#camera?.stop();
    this.#camera = undefined;
    this.#show();
  }

  /** Rejects with `CaptureError`, also when the person chose nothing. */
  async openScreen(): Promise<void> {
    this.#screen = await openScreen();
    this.#screen.onLost(() => this.#lost('screen'));
    this.#show();
  }

  closeScreen(): void {
    this.#screen?.stop();
    this.#screen = undefined;
    this.#show();
  }

  closeAll(): void {
    this.#microphone?.stop();
    this.#microphone = undefined;
    this.closeCamera();
    this.closeScreen();
  }

  #show(): void {
    this.picture.value = (this.#screen ?? this.#camera)?.track;
  }
}
