/* Reads QR codes through the camera: by the browser where it can, else by qr (vendored; fetched only then). */

async function nativeReader() {
  if (!("BarcodeDetector" in globalThis)) { return null; }
  try {
    const kinds = await globalThis.BarcodeDetector.getSupportedFormats();
    if (!kinds.includes("qr_code")) { return null; }
    const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas)).map((one) => one.rawValue);
  } catch (unusable) { return null; }
}

async function vendoredReader() {
  const { decodeQR } = await import("../vendor/qr-0.7.0/decode.js");
  return async (canvas, context) => {
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    try { return [decodeQR(image)]; } catch (none) { return []; }
  };
}

/* Begins to look; ``found(text)`` is called for each code seen. Gives a function that stops it.
   Rejects with the browser's error when there is no camera or it may not be used. */
export async function look(video, found) {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { throw new DOMException("", "NotSupportedError"); }
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  let going = true;
  try {
    video.srcObject = stream;
    video.setAttribute("playsinline", "");
    video.muted = true;
    await video.play();
    const read = await nativeReader() || await vendoredReader();
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const round = async () => {
      if (!going) { return; }
      const { videoWidth: wide, videoHeight: high } = video;
      if (wide && high) {
        const scale = Math.min(1, 1280 / Math.max(wide, high));
        canvas.width = Math.round(wide * scale);
        canvas.height = Math.round(high * scale);
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        try { (await read(canvas, context)).filter(Boolean).forEach((text) => { if (going) { found(text); } }); } catch (blurred) { /* the next picture */ }
      }
      setTimeout(round, 120);
    };
    round();
  } catch (broken) { stop(); throw broken; }
  return () => { going = false; stop(); video.srcObject = null; };
}

/* The registration number in what was scanned or typed, as it is printed; empty when there is none. */
export function numberIn(text) {
  const place = text.indexOf("/v/");
  let plain = place < 0 ? text : text.slice(place + 3).split(/[#?/]/)[0];
  try { plain = decodeURIComponent(plain); } catch (odd) { /* as it is */ }
  const letters = plain.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
  const parts = /^([A-Z]{2,5})([0-9]{2})([0-9]{4})([0-9]{5})([0-9A-Z])$/.exec(letters);
  return parts ? parts.slice(1).join("-") : "";
}

/* Whether the check character of a printed number holds (ISO 7064 MOD 37,36). */
export function isSound(number) {
  const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", plain = number.replace(/-/g, "");
  let product = 36;
  for (const one of plain.slice(0, -1)) { product = (((product + signs.indexOf(one)) % 36 || 36) * 2) % 37; }
  return signs[(37 - product) % 36] === plain.slice(-1);
}

/* The sentence for a camera that cannot be used. */
export function whyNot(error, words) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") { return words.camera_refused; }
  return words.camera_missing;
}
