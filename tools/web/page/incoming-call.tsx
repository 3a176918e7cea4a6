import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import type { CallView } from './call-view.ts';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';

/**
 * Somebody calls: over everything else. The focus is on the dialog and not on a button, since whoever is typing when
 * it rings must not take the call with their next key.
 */
export function IncomingCall({ phone, call }: { readonly phone: Phone; readonly call: CallView }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.focus();
  }, []);
  return (
    <dialog ref={dialog} class="incoming card" role="alertdialog" aria-labelledby="caller" aria-describedby="calls" tabIndex={-1} onCancel={(event) => event.preventDefault()}>
      <Avatar name={call.user} large />
      <h2 id="caller">{call.user}</h2>
      <p id="calls">{call.peer.video ? 'is calling you with video' : 'is calling you'}</p>
      <p class="problem" role="alert">{phone.problem}</p>
      <div class="choices">
        <button type="button" class="accept" onClick={() => void phone.answer(false)}><Icon name="phone" /> Accept</button>
        <button type="button" class="decline" onClick={() => phone.decline()}><Icon name="hangUp" /> Decline</button>
      </div>
      <button type="button" class="quiet" onClick={() => void phone.answer(true)}><Icon name="camera" /> Accept with video</button>
    </dialog>
  );
}
