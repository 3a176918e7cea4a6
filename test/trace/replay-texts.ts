import { readBundle, replayPart } from '../../src/trace/index.ts';

/** Each trace as it is after its replay: the same text, or something depends on where it runs. */
export function replayTexts(texts: readonly string[]): readonly string[] {
  return texts.map((text) => {
    const bundle = readBundle(text);
    return JSON.stringify({ ...bundle, devices: bundle.devices.map((device) => ({ ...device, parts: device.parts.map((part) => replayPart(part)) })) });
  });
}
