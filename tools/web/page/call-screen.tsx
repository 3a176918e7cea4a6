import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import { CallControls } from './call-controls.tsx';
import type { CallView } from './call-view.ts';
import { DeviceMenu } from './device-menu.tsx';
import { Icon } from './icons.tsx';
import { Picture, Sound } from './media-views.tsx';
import { OwnPicture } from './own-picture.tsx';
import type { Phone } from './phone.ts';
import { SecurityPanel } from './security-panel.tsx';
import { clockWords, phaseWords } from './words.ts';

type PanelName = 'security' | 'devices';

/** A call of this person that is not over: who, how long, how good, and what to do with it. */
export function CallScreen({ phone, call }: { readonly phone: Phone; readonly call: CallView }): JSX.Element {
  const screen = useRef<HTMLElement>(null);
  const [panel, setPanel] = useState<PanelName | 'none'>('none');
  const toggle = (which: PanelName): void => setPanel(panel === which ? 'none' : which);
  // The button that was pressed to call or to answer is gone.
  useEffect(() => screen.current?.focus(), []);
  // Before it is painted: whoever sees the panel can close it.
  useLayoutEffect(() => {
    if (panel === 'none') return undefined;
    const pressed = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape') return;
      setPanel('none');
      screen.current?.querySelector<HTMLElement>(`[data-opens='${panel}']`)?.focus();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [panel]);
  const own = phone.media.picture.value;
  const picture = call.peer.video || call.peer.sharing ? call.picture : undefined;
  const isConnected = call.phase === 'connected';
  return (
    <main class="call" data-phase={call.phase} ref={screen} tabIndex={-1} aria-label={`Call with ${call.user}`}>
      <header>
        <div>
          <h1 title={call.user}>{call.user}</h1>
          <p class={isConnected ? 'hidden' : 'phase'} role="status">{phaseWords(call)}</p>
          {isConnected && <p class="phase"><Elapsed since={call.connectedAt} /></p>}
        </div>
        {call.quality !== undefined && isConnected && <p class="quality" data-quality={call.quality} title={`Connection ${call.quality}`}><i /><i /><i /><span>{`Connection ${call.quality}`}</span></p>}
        <button type="button" class="round" data-opens="security" aria-label="Security" aria-expanded={panel === 'security'} title="Security" onClick={() => toggle('security')}><Icon name="lock" /></button>
      </header>
      <div class="stage">
        {picture === undefined ? <Avatar name={call.user} large /> : <Picture track={picture} label={`Picture of ${call.user}`} />}
        {picture !== undefined && call.phase === 'reconnecting' && <p class="over" aria-hidden="true">Reconnecting…</p>}
        {own !== undefined && <OwnPicture track={own} isScreen={call.sharing} />}
        <p class="notes" role="status">
          {call.peer.muted && <span>{`${call.user} is muted`}</span>}
          {call.peer.sharing && <span>{`${call.user} shares the screen`}</span>}
          {call.oneWay === 'we-do-not-hear-them' && <span>{`Nothing is heard of ${call.user}`}</span>}
          {call.oneWay === 'they-do-not-hear-us' && <span>{`${call.user} does not hear you`}</span>}
        </p>
      </div>
      {panel === 'security' && <SecurityPanel call={call} />}
      {panel === 'devices' && <DeviceMenu phone={phone} />}
      <CallControls phone={phone} call={call} menu={{ isOpen: panel === 'devices', toggle: () => toggle('devices') }} />
      {call.sound !== undefined && <Sound track={call.sound} loudspeaker={phone.media.chosen.value.loudspeaker} />}
    </main>
  );
}

/** Silent for screen readers: nobody wants to hear every second. */
function Elapsed({ since }: { readonly since: number | undefined }): JSX.Element {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(tick);
  }, []);
  return <time role="timer" aria-live="off">{clockWords(now - (since ?? now))}</time>;
}
