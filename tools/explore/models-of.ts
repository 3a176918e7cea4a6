import { handle } from '../../src/econn/index.ts';
import type { Configuration } from './configuration.ts';
import type { DeviceModel } from './device-model.ts';
import { AvsDeviceModel } from './avs-device.ts';
import { EcallDeviceModel } from './ecall-device.ts';
import { EconnDeviceModel } from './econn-device.ts';
import { handleUnder } from './rule-variants.ts';

/** What runs in each device of a configuration. */
export function modelsOf(configuration: Configuration): readonly DeviceModel<unknown>[] {
  const { rules, level } = configuration;
  if (level === 'ecall') return configuration.devices.map((_, position) => new EcallDeviceModel(configuration, position) as unknown as DeviceModel<unknown>);
  const step = rules === 'ours' ? handle : handleUnder(rules);
  return configuration.devices.map(({ kind }, position) => (kind === 'avs' ? new AvsDeviceModel(configuration, position) : new EconnDeviceModel(configuration, position, step)) as unknown as DeviceModel<unknown>);
}
