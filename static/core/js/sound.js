// The bell's number and its sound; the switch is the person's preference and lives on the server.
"use strict";
{
  const RUNG_KEY = "zubr:rung";
  const button = document.getElementById("sound");
  const bell = document.getElementById("bell");
  let context = null;

  const isOn = () => button?.getAttribute("aria-pressed") === "true";

  function audio() {
    context ??= new AudioContext();
    return context;
  }

  function draw() {
    if (!button) return;
    const isBlocked = isOn() && context !== null && context.state !== "running";
    button.classList.toggle("is-off", !isOn());
    button.classList.toggle("is-blocked", isBlocked);
    const { titleOn, titleOff, titleBlocked } = button.dataset;
    button.title = isBlocked ? titleBlocked : isOn() ? titleOn : titleOff;
  }

  /** Two short tones, a third apart. */
  function ring() {
    if (!isOn() || audio().state !== "running") {
      draw();
      return;
    }
    [
      [659, 0],
      [831, 0.16],
    ].forEach(([pitch, delay]) => {
      const start = context.currentTime + delay;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.34);
    });
    button.dataset.rang = String(Number(button.dataset.rang || 0) + 1);
  }

  function unlock() {
    if (!isOn()) return;
    audio()
      .resume()
      .then(draw, draw);
  }

  function newest(value) {
    const [, count, urgent] = value.split(".").map(Number);
    const sign = bell?.querySelector("[data-bell-count]");
    if (sign) {
      sign.textContent = String(count);
      sign.hidden = count === 0;
    }
    // Several tabs of one PC ring once: the first one to write the number rings.
    const rung = localStorage.getItem(RUNG_KEY);
    if (rung !== null && Number(rung) >= urgent) return;
    localStorage.setItem(RUNG_KEY, String(urgent));
    if (rung !== null) ring();
  }

  if (button) {
    if (isOn()) audio(); // started at once, so that a browser that holds sound back shows it before it is needed
    context?.addEventListener("statechange", draw);
    draw();
    document.addEventListener("pointerdown", unlock, { once: true });
    document.addEventListener("keydown", unlock, { once: true });
    button.addEventListener("click", () => {
      const wasOn = isOn();
      button.setAttribute("aria-pressed", String(!wasOn));
      window.zubr.prefer("is_sound_on", wasOn ? "0" : "1");
      draw();
      if (!wasOn) audio().resume().then(ring, draw);
    });
    document.body.addEventListener("zubr:stamp", (event) => {
      if (event.detail.name === "notices") newest(event.detail.value);
    });
    document.body.addEventListener("sound", ring); // HX-Trigger: sound
  }
}
