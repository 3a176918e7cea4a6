/** What a person hears while a call rings: two notes at the callee's, a slow beep at the caller's. */
export class Ringer {
  #audio: AudioContext | undefined;
  #volume: GainNode | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;

  /** Browsers play nothing before the person has touched the page; then it rings without a sound. */
  start(kind: 'ring' | 'ringback'): void {
    this.stop();
    const audio = this.#audio ??= new AudioContext();
    const volume = this.#volume = audio.createGain();
    volume.connect(audio.destination);
    const play = (): void => (kind === 'ring' ? ring(audio, volume, [660, 880, 660, 880], 0.16, 0.18) : ring(audio, volume, [425], 1, 0.06));
    void audio.resume().then(() => (this.#volume === volume ? play() : undefined));
    this.#beat = setInterval(play, kind === 'ring' ? 2_200 : 4_000);
  }

  /** At once, in the middle of a note. */
  stop(): void {
    clearInterval(this.#beat);
    this.#volume?.disconnect();
    this.#volume = undefined;
    void this.#audio?.suspend();
  }
}

function ring(audio: AudioContext, volume: GainNode, frequencies: readonly number[], length: number, loudness: number): void {
  if (audio.state !== 'running') return;
  for (const [index, frequency] of frequencies.entries()) {
    const begins = audio.currentTime + index * length;
    const [note, envelope] = [audio.createOscillator(), audio.createGain()];
    note.frequency.value = frequency;
    envelope.gain.setValueAtTime(0, begins);
    envelope.gain.linearRampToValueAtTime(loudness, begins + 0.02);
    envelope.gain.setValueAtTime(loudness, begins + length - 0.04);
    envelope.gain.linearRampToValueAtTime(0, begins + length);
    note.connect(envelope).connect(volume);
    note.start(begins);
    note.stop(begins + length);
  }
}
