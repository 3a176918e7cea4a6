import type { JSX } from 'preact';
import type { DeviceChoice } from '../../../src/mediaflow/native/index.ts';
import type { Phone } from './phone.ts';
import type { ChosenDevices } from './vault.ts';

/** Which microphone, camera and loudspeaker; takes effect at once. */
export function DeviceMenu({ phone }: { readonly phone: Phone }): JSX.Element {
  const { microphones, cameras, loudspeakers } = phone.media.list.value;
  const chosen = phone.media.chosen.value;
  const choice = (kind: keyof ChosenDevices, label: string, devices: readonly DeviceChoice[]): JSX.Element => (
    <p class="choice">
      <label for={kind}>{label}</label>
      <select
        id={kind}
        value={chosen[kind] ?? ''}
        onChange={({ currentTarget: { value } }) => {
          const { [kind]: _, ...others } = chosen;
          void phone.choose(value === '' ? others : { ...others, [kind]: value });
        }}
      >
        <option value="">System default</option>
        {devices.map(({ id, label: name }, index) => <option key={id} value={id}>{name === '' ? `${label} ${String(index + 1)}` : name}</option>)}
      </select>
    </p>
  );
  return (
    <section class="panel" aria-label="Choice of devices">
      {choice('microphone', 'Microphone', microphones)}
      {choice('camera', 'Camera', cameras)}
      {choice('loudspeaker', 'Loudspeaker', loudspeakers)}
    </section>
  );
}
