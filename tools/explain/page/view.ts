import type { Lane } from '../story/lanes.ts';
import { KINDS, type Kind, type Moment } from '../story/moment.ts';
import { beginning, type Arrow, type Story } from '../story/story.ts';
import { spanInWords } from '../story/words.ts';

/** What the person looks at: one moment, of those that the filters let through, and maybe one device for longer. */
export class View {
  readonly story: Story;
  readonly #listeners: ((what: 'moment' | 'filters') => void)[] = [];
  /** Folded away at first; what changes a state or went wrong shows all the same. */
  readonly #hidden = new Set<Kind>(['receipt', 'life']);
  readonly #sentAt = new Map<number, Arrow[]>();
  #visible: readonly Moment[];
  #moment: Moment;
  #pinned: Lane | undefined;

  constructor(story: Story) {
    this.story = story;
    for (const arrow of story.arrows) if (arrow.sent !== undefined) this.#sentAt.set(arrow.sent, [...(this.#sentAt.get(arrow.sent) ?? []), arrow]);
    this.#visible = this.#filtered();
    const [first] = this.#visible.length > 0 ? this.#visible : story.moments;
    if (first === undefined) throw new Error('a trace without a step');
    this.#moment = first;
  }

  get visible(): readonly Moment[] {
    return this.#visible;
  }

  get moment(): Moment {
    return this.#moment;
  }

  /** Its place among those that are visible. */
  get position(): number {
    return Math.max(0, this.#visible.indexOf(this.#moment));
  }

  /** The device whose state is shown: the one that the step is of, unless another was chosen. */
  get lane(): Lane | undefined {
    return this.#pinned ?? this.#moment.lane;
  }

  get pinned(): Lane | undefined {
    return this.#pinned;
  }

  isHidden(kind: Kind): boolean {
    return this.#hidden.has(kind);
  }

  on(listener: (what: 'moment' | 'filters') => void): void {
    this.#listeners.push(listener);
  }

  goTo(moment: Moment | undefined): void {
    // One that is filtered out is gone to as far as can be seen.
    const near = moment === undefined || this.#visible.includes(moment) ? moment : (this.#visible.findLast(({ index }) => index < moment.index) ?? this.#visible[0]);
    if (near === undefined || near === this.#moment) return;
    this.#moment = near;
    this.#tell('moment');
  }

  step(by: number): void {
    this.goTo(this.#visible[Math.min(this.#visible.length - 1, Math.max(0, this.position + by))]);
  }

  /** The next one of a sort, or the one before; the last one there is stays. */
  jump(to: 'change' | 'problem', direction: 1 | -1): void {
    const { index } = this.#moment;
    const wanted = this.#visible.filter((moment) => (to === 'change' ? moment.changes : moment.problem !== undefined));
    this.goTo(direction === 1 ? wanted.find((moment) => moment.index > index) : wanted.findLast((moment) => moment.index < index));
  }

  pin(lane: Lane | undefined): void {
    this.#pinned = lane;
    this.#tell('moment');
  }

  toggle(kind: Kind): void {
    if (!this.#hidden.delete(kind)) this.#hidden.add(kind);
    const visible = this.#filtered();
    if (visible.length === 0) {
      this.#hidden.delete(kind);
      return;
    }
    this.#visible = visible;
    if (!visible.includes(this.#moment)) this.#moment = visible.findLast(({ index }) => index <= this.#moment.index) ?? visible[0] ?? this.#moment;
    this.#tell('filters');
  }

  /** The latest moment of a device up to the present one. */
  latestOf(lane: Lane): Moment | undefined {
    return this.story.moments.findLast((moment) => moment.lane === lane && moment.index <= this.#moment.index);
  }

  /** The messages that left at a moment. */
  sentAt({ index }: Pick<Moment, 'index'>): readonly Arrow[] {
    return this.#sentAt.get(index) ?? [];
  }

  timeOf(moment: Moment): string {
    return this.story.clock === 'steps' ? `step ${String(moment.at)}` : spanInWords(moment.at - beginning(this.story));
  }

  countOf(kind: Kind): number {
    return this.story.moments.filter((moment) => moment.kind === kind).length;
  }

  get kinds(): readonly Kind[] {
    return KINDS.filter((kind) => this.countOf(kind) > 0);
  }

  #filtered(): readonly Moment[] {
    return this.story.moments.filter(({ kind, problem, changes }) => kind === 'note' || problem !== undefined || changes || !this.#hidden.has(kind));
  }

  #tell(what: 'moment' | 'filters'): void {
    for (const listener of this.#listeners) listener(what);
  }
}
