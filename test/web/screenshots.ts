import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../browser.ts';
import type { Person } from './person.ts';
import { kill } from './vanish.ts';
import { WebWorld } from './web-world.ts';

// `npm run screenshots:web [-- --to folder --all]`: the pictures of docs/web.md; with --all, each screen in both schemes and widths, to look at.
const { argv } = process;
const isAll = argv.includes('--all');
const folder = argv.includes('--to') ? `${argv[argv.indexOf('--to') + 1]}/` : fileURLToPath(new URL('../../docs/images/', import.meta.url));
const DESKTOP = { viewport: { width: 1180, height: 760 } };
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

await mkdir(folder, { recursive: true });
await using world = await WebWorld.open();

const variants = isAll
  ? (['light', 'dark'] as const).flatMap((scheme) => [{ name: `desktop-${scheme}`, scheme, size: DESKTOP }, { name: `phone-${scheme}`, scheme, size: PHONE }])
  : [{ name: 'desktop', scheme: 'light' as const, size: DESKTOP }, { name: 'phone', scheme: 'dark' as const, size: PHONE }];
const NAMES = [['ada', 'grace'], ['barbara', 'edsger'], ['donald', 'frances'], ['john', 'adele']] as const;
for (const [index, { name, scheme, size }] of variants.entries()) {
  const [self, friend] = NAMES[index] ?? ['ada', 'grace'];
  const look = { ...size, colorScheme: scheme, reducedMotion: 'reduce' as const };
  const person = await world.visitor(look);
  await shoot(person, `web-sign-in-${name}`, isAll);
  await person.signIn(self);
  const elsewhere = await openBrowser({});
  const other = await world.visitor(look, elsewhere);
  await other.signIn(friend);
  for (const contact of ['alan turing', friend, 'konrad', 'a name that is as long as can be']) await person.add(contact);
  await shoot(person, `web-people-${name}`, isAll);
  await other.call(self, 'with video');
  await person.button('Accept').waitFor();
  await shoot(person, `web-ringing-${name}`, true);
  await person.press('Accept with video');
  await Promise.all([person, other].map(async (each) => each.inPhase('connected')));
  await person.sees(`Picture of ${friend}`, 40);
  await person.reads('Connection good');
  await shoot(person, `web-call-${name}`, true);
  await person.press('Security');
  await shoot(person, `web-security-${name}`, name.startsWith('desktop') || isAll);
  await person.press('Security');
  await person.press('Devices');
  await shoot(person, `web-devices-${name}`, isAll);
  await person.page.keyboard.press('Escape');
  await other.press('Mute');
  await other.press('Stop camera');
  await person.reads(`${friend} is muted`);
  await person.page.getByLabel(`Picture of ${friend}`).waitFor({ state: 'detached' });
  await shoot(person, `web-muted-${name}`, isAll);
  await other.press('Unmute');
  await other.press('Start camera');
  await person.sees(`Picture of ${friend}`, 10);
  await kill(elsewhere);
  await person.inPhase('reconnecting');
  await shoot(person, `web-reconnecting-${name}`, name.startsWith('desktop') || isAll);
  await person.press('Hang up');
  await person.reads('You hung up');
  await shoot(person, `web-ended-${name}`, name.startsWith('desktop') || isAll);
  await elsewhere[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
}

async function shoot({ page, complaints }: Person, file: string, isWanted: boolean): Promise<void> {
  if (!isWanted) return;
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  const picture = await page.screenshot();
  await writeFile(`${folder}${file}.png`, picture);
  console.log(`${file}.png ${String(Math.round(picture.length / 1024))} KiB`);
}
