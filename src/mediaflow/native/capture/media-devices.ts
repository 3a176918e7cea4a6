/** The part of `navigator.mediaDevices` that is used, spelt out so that the package needs no types of a browser. */
export interface MediaDevices {
  getUserMedia?(constraints: Constraints): Promise<{ getTracks(): CapturedTrack[] }>;
  getDisplayMedia?(constraints: Constraints): Promise<{ getTracks(): CapturedTrack[] }>;
  enumerateDevices(): Promise<readonly { readonly kind: string; readonly deviceId: string; readonly label: string }[]>;
  addEventListener(type: 'devicechange', listener: () => void): void;
  removeEventListener(type: 'devicechange', listener: () => void): void;
}

export type Constraints = { readonly audio?: object; readonly video?: object };

export interface CapturedTrack {
  readonly kind: string;
  readonly label: string;
  contentHint: string;
  stop(): void;
  getSettings(): { readonly deviceId?: string };
  addEventListener(type: 'ended', listener: () => void): void;
  removeEventListener(type: 'ended', listener: () => void): void;
}

/** `undefined` outside of browsers, and in pages that are not loaded over HTTPS. */
export function platformDevices(): MediaDevices | undefined {
  return (globalThis as { navigator?: { mediaDevices?: MediaDevices } }).navigator?.mediaDevices;
}
