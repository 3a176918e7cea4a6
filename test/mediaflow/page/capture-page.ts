import { CaptureError, listDevices, openCamera, openMicrophone, openScreen } from '../../../src/mediaflow/native/index.ts';

/** What each kind of capture gives in this browser, or why it does not. */
async function captureAll(): Promise<Record<string, unknown>> {
  const microphone = await openMicrophone({ echoCancellation: false });
  const camera = await openCamera({ width: 320, height: 240, frameRate: 15 });
  const { microphones, cameras } = await listDevices();
  const chosen = await openMicrophone({ device: microphones[1]?.id ?? '' });
  const screen = await openScreen();
  const result = {
    microphone: microphone.track.getSettings(), camera: camera.track.getSettings(), screen: screen.track.kind, chosen: chosen.device === microphones[1]?.id,
    listed: microphones.length > 1 && cameras.length > 0 && microphones.every(({ label }) => label !== ''),
    unknown: await failureOf(openMicrophone({ device: 'none of this name' })),
  };
  for (const capture of [microphone, camera, chosen, screen]) capture.stop();
  return { ...result, stopped: microphone.track.readyState };
}

function failureOf(opening: Promise<unknown>): Promise<string> {
  return opening.then(() => 'opened', (error: unknown) => (error instanceof CaptureError ? error.failure : String(error)));
}

Object.assign(window, { captureAll, microphoneFailure: () => failureOf(openMicrophone()) });
