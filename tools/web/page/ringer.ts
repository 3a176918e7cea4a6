/** What a person hears while a call rings: two notes at the callee's, a slow beep at the caller's. */
export class Ringer {
  #audio: AudioContext | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;

  /** Browsers play nothing before the person has touched the page; then it rings without a sound. */
  start(kind: 'ring' | 'ringback'): void {
    this.stop();
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
    const play = (): void => (kind === 'ring' ? this.#notes([660, 880, 660, 880], 0.16, 0.18) : this.#notes([425], 1, 0.06));
    play();
    this.#beat = setInterval(play, kind === 'ring' ? 2_200 : 4_000);
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  #notes(frequencies: readonly number[], length: number, loudness: number): void {
    const audio = this.#audio;
    if (audio === undefined || audio.state !== 'running') return;
    for (const [index, frequency] of frequencies.entries()) {
      const begins = audio.currentTime + index * length;
      const [note, volume] = [audio.createOscillator(), audio.createGain()];
      note.frequency.value = frequency;
      volume.gain.setValueAtTime(0, begins);
      volume.gain.linearRampToValueAtTime(loudness, begins + 0.02);
      volume.gain.setValueAtTime(loudness, begins + length - 0.04);
      volume.gain.linearRampToValueAtTime(0, begins + length);
      note.connect(volume).connect(audio.destination);
      note.start(begins);
      note.stop(begins + length);
    }
  }
}
