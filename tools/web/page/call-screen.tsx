import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import { CallControls } from './call-controls.tsx';
import type { CallView } from './call-view.ts';
import { DeviceMenu } from './device-menu.tsx';
import { Icon } from './icons.tsx';
import { Picture, Sound } from './media-views.tsx';
import type { Phone } from './phone.ts';
import { SecurityPanel } from './security-panel.tsx';
import { clockWords, phaseWords } from './words.ts';

/** A call of this person that is not over: who, how long, how good, and what to do with it. */
export function CallScreen({ phone, call }: { readonly phone: Phone; readonly call: CallView }): JSX.Element {
  const [panel, setPanel] = useState<'none' | 'security' | 'devices'>('none');
  const toggle = (which: 'security' | 'devices'): void => setPanel(panel === which ? 'none' : which);
  const own = phone.media.picture.value;
  const picture = call.peer.video || call.peer.sharing ? call.picture : undefined;
  return (
    <main class="call" data-phase={call.phase}>
      <header>
        <div>
          <h2>{call.user}</h2>
          <p class="phase" role="status">{call.phase === 'connected' ? <Elapsed since={call.connectedAt} /> : phaseWords(call)}</p>
        </div>
        {call.quality !== undefined && call.phase === 'connected' && <p class="quality" data-quality={call.quality}><i /><i /><i /><span>{`Connection ${call.quality}`}</span></p>}
        <button type="button" class="round" aria-label="Security" aria-pressed={panel === 'security'} title="Security" onClick={() => toggle('security')}><Icon name="lock" /></button>
      </header>
      <div class="stage">
        {picture === undefined ? <Avatar name={call.user} large /> : <Picture track={picture} label={`Picture of ${call.user}`} />}
        {picture !== undefined && call.phase === 'reconnecting' && <p class="over">Reconnecting…</p>}
        {own !== undefined && <div class="own"><Picture track={own} label="Your picture" mirrored={!call.sharing} /></div>}
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

function Elapsed({ since }: { readonly since: number | undefined }): JSX.Element {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(tick);
  }, []);
  return <time role="timer" aria-live="off">{clockWords(now - (since ?? now))}</time>;
}
