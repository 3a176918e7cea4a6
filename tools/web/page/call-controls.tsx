import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CallView } from './call-view.ts';
import { Icon, type IconName } from './icons.tsx';
import type { Phone } from './phone.ts';

/** The buttons under a call; those that are pressed in a hurry have a key each. */
export function CallControls({ phone, call, menu }: { readonly phone: Phone; readonly call: CallView; readonly menu: { readonly isOpen: boolean; readonly toggle: () => void } }): JSX.Element {
  const isTalking = isUnderWay(call);
  // What holds at the press counts, and not what was drawn last.
  const mute = (): void => phone.setMuted(phone.call.value?.muted !== true);
  const camera = (): void => void phone.setCamera(phone.call.value?.camera !== true);
  const share = (): void => void phone.setSharing(phone.call.value?.sharing !== true);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
      const act = { m: mute, v: camera, s: share }[event.key.toLowerCase()];
      if (act !== undefined && isUnderWay(phone.call.value)) act();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [phone]);
  return (
    <div class="controls" role="group" aria-label="Call">
      <Toggle icon="microphone" label={call.muted ? 'Unmute' : 'Mute'} shortcut="M" isCrossed={call.muted} isOn={call.muted} isDisabled={!isTalking} press={mute} />
      <Toggle icon="camera" label={call.camera ? 'Stop camera' : 'Start camera'} shortcut="V" isCrossed={!call.camera} isOn={call.camera} isDisabled={!isTalking} press={camera} />
      <Toggle icon="screen" label={call.sharing ? 'Stop sharing' : 'Share screen'} shortcut="S" isOn={call.sharing} isDisabled={!isTalking} press={share} />
      <button type="button" class={menu.isOpen ? 'control on' : 'control'} data-opens="devices" aria-label="Devices" aria-expanded={menu.isOpen} title="Devices" onClick={menu.toggle}><Icon name="settings" /></button>
      <button type="button" class="control hang-up" aria-label="Hang up" title="Hang up" disabled={call.phase === 'ending'} onClick={() => phone.hangUp()}><Icon name="hangUp" /></button>
    </div>
  );
}

function isUnderWay(call: CallView | undefined): boolean {
  return call?.phase === 'connected' || call?.phase === 'reconnecting';
}

type ToggleProps = {
  readonly icon: IconName;
  /** What a press does. */
  readonly label: string;
  readonly shortcut: string;
  readonly isOn: boolean;
  readonly isCrossed?: boolean;
  readonly isDisabled: boolean;
  readonly press: () => void;
};

/** The label changes with the state, so that `aria-pressed` would say it twice and the wrong way round. */
function Toggle({ icon, label, shortcut, isOn, isCrossed = false, isDisabled, press }: ToggleProps): JSX.Element {
  return (
    <button type="button" class={isOn ? 'control on' : 'control'} aria-label={label} aria-keyshortcuts={shortcut} title={`${label} (${shortcut})`} disabled={isDisabled} onClick={press}>
      <Icon name={icon} crossed={isCrossed} />
    </button>
  );
}
