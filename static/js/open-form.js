// Makes the proof of work that an open form asks for while its sender writes, so that nobody has to
// solve a puzzle. Without it, as without scripts, the form is sent twice.
//
// It comes after kept-form.js, which can put back a form's note of when it was fetched.
(() => {
  "use strict";
  const form = document.querySelector("form[data-work-bits]");
  if (!form || !window.crypto || !crypto.subtle || !window.TextEncoder) return;
  const bits = Number(form.dataset.workBits);
  const note = form.elements.fetched.value;
  const encoder = new TextEncoder();
  const rest = () => new Promise((resolve) => setTimeout(resolve, 0));

  async function isWork(number) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${note}:${number}`));
    return new DataView(digest).getUint32(0) >>> (32 - bits) === 0;
  }

  async function work() {
    for (let number = 0; ; number += 1) {
      if (await isWork(number)) {
        form.elements.work.value = String(number);
        return;
      }
      if (number % 200 === 199) await rest();
    }
  }

  if (!form.elements.work.value) work();
})();
