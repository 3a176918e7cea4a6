import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import type { CallView } from './call-view.ts';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';

/** Somebody calls: over everything else, the answer under the fingers. */
export function IncomingCall({ phone, call }: { readonly phone: Phone; readonly call: CallView }): JSX.Element {
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => answer.current?.focus(), []);
  return (
    <div class="veil">
      <div class="incoming card" role="alertdialog" aria-modal="true" aria-labelledby="caller" aria-describedby="calls">
        <Avatar name={call.user} large />
        <h2 id="caller">{call.user}</h2>
        <p id="calls">{call.peer.video ? 'is calling you with video' : 'is calling you'}</p>
        <div class="choices">
          <button type="button" class="decline" onClick={() => phone.decline()}><Icon name="hangUp" /> Decline</button>
          <button type="button" class="accept" ref={answer} onClick={() => void phone.answer(false)}><Icon name="phone" /> Accept</button>
        </div>
        <button type="button" class="quiet" onClick={() => void phone.answer(true)}>Accept with video</button>
      </div>
    </div>
  );
}
