export { NativeMediaEngine, NoWebRtcError, type NativeMediaEngineOptions } from './native-media-engine.ts';
export { Capture, openCamera, openMicrophone, openScreen, type CameraOptions, type MicrophoneOptions, type ScreenOptions } from './capture/capture.ts';
export { CaptureError, type CaptureFailure } from './capture/capture-error.ts';
export { listDevices, watchDevices, type DeviceChoice, type DeviceList } from './capture/device-list.ts';
