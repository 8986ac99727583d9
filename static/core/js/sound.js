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

  /** Tones of each sound: pitch in Hz, when it begins, how long it dies away, its share of the volume, its wave. */
  const SOUNDS = {
    two_tones: [
      [659, 0, 0.32, 1, "sine"],
      [831, 0.16, 0.32, 1, "sine"],
    ],
    bell: [
      [880, 0, 1.1, 1, "sine"],
      [1760, 0, 0.7, 0.4, "sine"],
      [2637, 0, 0.35, 0.2, "sine"],
    ],
    drops: [
      [1319, 0, 0.12, 1, "sine"],
      [1047, 0.14, 0.12, 1, "sine"],
      [1568, 0.28, 0.2, 1, "sine"],
    ],
    knock: [
      [196, 0, 0.09, 1, "triangle"],
      [196, 0.18, 0.09, 1, "triangle"],
      [147, 0.36, 0.12, 1, "triangle"],
    ],
    silence: [],
  };

  /** Play a sound, as loud as a volume in per cent says. */
  function play(name, percent) {
    for (const [pitch, delay, length, share, wave] of SOUNDS[name] ?? SOUNDS.two_tones) {
      const start = audio().currentTime + delay;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = wave;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime((share * percent) / 200, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + length + 0.02);
    }
  }

  /** Ring for an event; one without a sound of its own rings as any urgent notice does. */
  function ring(event) {
    if (!isOn() || audio().state !== "running") {
      draw();
      return;
    }
    const key = (name) => `sound${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const sound = button.dataset[key(event || "urgent")] ?? button.dataset[key("urgent")];
    play(sound, Number(button.dataset.volume) || 50);
    button.dataset.rang = String(Number(button.dataset.rang || 0) + 1);
    button.dataset.played = sound;
  }

  function unlock() {
    if (!isOn()) return;
    audio()
      .resume()
      .then(draw, draw);
  }

  function newest(value) {
    const [, count, urgent] = value.split(".").map(Number);
    const event = value.split(".")[3];
    const sign = bell?.querySelector("[data-bell-count]");
    if (sign) {
      sign.textContent = String(count);
      sign.hidden = count === 0;
    }
    // Several tabs of one PC ring once: the first one to write the number rings.
    const rung = localStorage.getItem(RUNG_KEY);
    if (rung !== null && Number(rung) >= urgent) return;
    localStorage.setItem(RUNG_KEY, String(urgent));
    if (rung !== null) ring(event);
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
      if (!wasOn) audio().resume().then(() => ring(), draw);
    });
    document.body.addEventListener("zubr:stamp", (event) => {
      if (event.detail.name === "notices") newest(event.detail.value);
    });
    document.body.addEventListener("sound", () => ring()); // HX-Trigger: sound
  }

  // «Listen» beside a choice of sounds: data-listen names the choice, data-listen-volume the field of the volume.
  // A click is what the browser waits for, so this sounds whether the person's own notices do or not.
  document.addEventListener("click", (event) => {
    const listen = event.target.closest("[data-listen]");
    if (!listen) return;
    const volume = Number(document.getElementById(listen.dataset.listenVolume)?.value) || 50;
    listen.dataset.played = document.getElementById(listen.dataset.listen).value;
    audio()
      .resume()
      .then(() => play(listen.dataset.played, Math.min(volume, 100)));
  });
}
