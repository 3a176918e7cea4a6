import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';
import { whenWords } from './words.ts';

/** Whom one can call, and who called. */
export function People({ phone }: { readonly phone: Phone }): JSX.Element {
  const [name, setName] = useState('');
  const isFree = phone.call.value === undefined || phone.call.value.phase === 'ended';
  const missed = phone.missed.value;
  return (
    <aside class="people">
      <header>
        <Avatar name={phone.name} />
        <div>
          <h1>{phone.name}</h1>
          <p class="small" role="status">{phone.isOnline.value ? 'Online' : 'Connecting to the server…'}</p>
        </div>
        <button type="button" class="quiet" onClick={() => void phone.signOut().then(() => location.reload())}>Sign out</button>
      </header>
      <form
        class="add"
        onSubmit={(event) => {
          event.preventDefault();
          phone.addContact(name);
          setName('');
        }}
      >
        <label class="hidden" for="contact">Name of a person</label>
        <input id="contact" placeholder="Add a person by name" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} autocapitalize="none" spellcheck={false} maxLength={32} />
        <button type="submit" class="round" aria-label="Add" disabled={name.trim() === ''}><Icon name="plus" /></button>
      </form>
      {missed.length > 0 && (
        <section aria-labelledby="missed">
          <div class="heading">
            <h2 id="missed">Missed calls</h2>
            <button type="button" class="quiet" onClick={() => phone.forgetMissed()}>Clear</button>
          </div>
          <ul>
            {missed.map(({ user, at }) => (
              <li key={at} class="missed">
                <span>{user}</span>
                <time dateTime={new Date(at).toISOString()}>{whenWords(at, Date.now())}</time>
                <button type="button" class="round" aria-label={`Call ${user} back`} disabled={!isFree} onClick={() => void phone.place(user, false)}><Icon name="phone" /></button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="contacts">
        <div class="heading"><h2 id="contacts">People</h2></div>
        {phone.contacts.value.length === 0 && <p class="small empty">Nobody yet. Add the name that somebody signed in with.</p>}
        <ul>
          {phone.contacts.value.map((user) => (
            <li key={user}>
              <Avatar name={user} />
              <span>{user}</span>
              <button type="button" class="round" aria-label={`Call ${user}`} title="Call" disabled={!isFree} onClick={() => void phone.place(user, false)}><Icon name="phone" /></button>
              <button type="button" class="round" aria-label={`Call ${user} with video`} title="Call with video" disabled={!isFree} onClick={() => void phone.place(user, true)}><Icon name="camera" /></button>
              <button type="button" class="round quiet" aria-label={`Remove ${user}`} title="Remove" onClick={() => phone.removeContact(user)}><Icon name="close" /></button>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
