import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CallView } from './call-view.ts';
import { Icon, type IconName } from './icons.tsx';
import type { Phone } from './phone.ts';

/** The buttons under a call, each with a key of its own. */
export function CallControls({ phone, call, menu }: { readonly phone: Phone; readonly call: CallView; readonly menu: { readonly isOpen: boolean; readonly toggle: () => void } }): JSX.Element {
  const isTalking = call.phase === 'connected' || call.phase === 'reconnecting';
  const mute = (): void => phone.setMuted(!call.muted);
  const camera = (): void => void phone.setCamera(!call.camera);
  const share = (): void => void phone.setSharing(!call.sharing);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
      const act = { m: mute, v: camera, s: share }[event.key.toLowerCase()];
      if (act !== undefined && isTalking) act();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  return (
    <div class="controls" role="toolbar" aria-label="Call">
      <Toggle icon="microphone" label={call.muted ? 'Unmute' : 'Mute'} hint="M" isOff={call.muted} isPressed={call.muted} isDisabled={!isTalking} press={mute} />
      <Toggle icon="camera" label={call.camera ? 'Stop camera' : 'Start camera'} hint="V" isOff={!call.camera} isPressed={call.camera} isDisabled={!isTalking} press={camera} />
      <Toggle icon="screen" label={call.sharing ? 'Stop sharing' : 'Share screen'} hint="S" isPressed={call.sharing} isDisabled={!isTalking} press={share} />
      <Toggle icon="settings" label="Devices" isPressed={menu.isOpen} press={menu.toggle} />
      <button type="button" class="control hang-up" aria-label="Hang up" title="Hang up" onClick={() => phone.hangUp()}><Icon name="hangUp" /></button>
    </div>
  );
}

function Toggle({ icon, label, hint, isPressed, isOff = false, isDisabled = false, press }: { readonly icon: IconName; readonly label: string; readonly hint?: string; readonly isPressed: boolean; readonly isOff?: boolean; readonly isDisabled?: boolean; readonly press: () => void }): JSX.Element {
  return (
    <button type="button" class="control" aria-label={label} aria-pressed={isPressed} title={hint === undefined ? label : `${label} (${hint})`} disabled={isDisabled} onClick={press}>
      <Icon name={icon} crossed={isOff} />
    </button>
  );
}
