import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';
import { whenWords } from './words.ts';

/** Whom one can call, and who called. What is typed finds people, and adds them. */
export function People({ phone }: { readonly phone: Phone }): JSX.Element {
  const [name, setName] = useState('');
  const isFree = phone.call.value === undefined || phone.call.value.phase === 'ended';
  const typed = name.trim().toLowerCase();
  const found = phone.contacts.value.filter((user) => user.includes(typed));
  return (
    <aside class="people" aria-label="People and calls">
      <header>
        <Avatar name={phone.name} />
        <div>
          <h1 title={phone.name} tabIndex={-1}>{phone.name}</h1>
          <p class="small" role="status">{phone.isOnline.value ? 'Online' : 'Connecting to the server…'}</p>
        </div>
        <button type="button" class="quiet" title="This browser forgets the name and its keys" onClick={() => signOut(phone)}>Sign out</button>
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
        <input id="contact" placeholder="Find or add a person" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={32} />
        <button type="submit" class="round" aria-label="Add" title="Add" disabled={typed === ''}><Icon name="plus" /></button>
      </form>
      <Missed phone={phone} isFree={isFree} />
      <section aria-labelledby="contacts">
        <div class="heading"><h2 id="contacts">People</h2></div>
        {phone.contacts.value.length === 0 && <p class="small empty">Nobody yet. Add the name that somebody signed in with.</p>}
        {phone.contacts.value.length > 0 && found.length === 0 && <p class="small empty">Nobody of that name yet: press + to add them.</p>}
        <ul>
          {found.map((user) => (
            <li key={user}>
              <Avatar name={user} />
              <span title={user}>{user}</span>
              <button type="button" class="round" data-calls={user} aria-label={`Call ${user}`} title="Call" disabled={!isFree} onClick={() => void phone.place(user, false)}><Icon name="phone" /></button>
              <button type="button" class="round" aria-label={`Call ${user} with video`} title="Call with video" disabled={!isFree} onClick={() => void phone.place(user, true)}><Icon name="camera" /></button>
              <button type="button" class="round quiet" aria-label={`Remove ${user}`} title="Remove" onClick={() => phone.removeContact(user)}><Icon name="close" /></button>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

function Missed({ phone, isFree }: { readonly phone: Phone; readonly isFree: boolean }): JSX.Element | null {
  const missed = phone.missed.value;
  if (missed.length === 0) return null;
  return (
    <section aria-labelledby="missed">
      <div class="heading">
        <h2 id="missed">Missed calls</h2>
        <button type="button" class="quiet" onClick={() => phone.forgetMissed()}>Clear</button>
      </div>
      <ul>
        {missed.map(({ user, at }) => (
          <li key={`${user} ${String(at)}`} class="missed">
            <span title={user}>{user}</span>
            <time dateTime={new Date(at).toISOString()}>{whenWords(at, Date.now())}</time>
            <button type="button" class="round" aria-label={`Call ${user} back`} title="Call back" disabled={!isFree} onClick={() => void phone.place(user, false)}><Icon name="phone" /></button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The server gives the name to nobody else afterwards, nor to this browser. */
function signOut(phone: Phone): void {
  if (confirm(`Sign out? This browser forgets the keys of ${phone.name}, and nobody can be ${phone.name} here again.`)) void phone.signOut().then(() => location.reload());
}
